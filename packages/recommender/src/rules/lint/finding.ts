/**
 * What the linter has to say of a rule, and of which other one.
 *
 * sameSlot: two pins want one slot. sameItem: two pins want one item. filteredPin: a filter keeps the pinned item out.
 * quotaClash: a minimum and a maximum of the same items cannot both hold. pinnedQuota: pins break a maximum.
 * opposed: a boost and a bury act on the same items. unknownPlacement, unknownSegment, over, noItems, unknownItem: it
 * never acts, and why. unreachable: another rule decides alone. deadSource: a source of the chain is never asked.
 * empty: filters leave the placement nothing. short: fewer than it shows. starvesNew: no new item gets through, or
 * every one of them is pushed down.
 */
export const findingCodes = [
  'sameSlot',
  'sameItem',
  'filteredPin',
  'quotaClash',
  'pinnedQuota',
  'opposed',
  'unknownPlacement',
  'unknownSegment',
  'over',
  'noItems',
  'unknownItem',
  'unreachable',
  'deadSource',
  'empty',
  'short',
  'starvesNew',
] as const;

export interface RuleFinding {
  readonly code: (typeof findingCodes)[number];
  readonly severity: 'error' | 'warning';
  readonly rule: string;
  /** The other rule it takes; null where the rule alone is at fault. */
  readonly other: string | null;
  /** A placement, segment, item or source, or how many items: what the finding is about. */
  readonly about: string | number | null;
}
