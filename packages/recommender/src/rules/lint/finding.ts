/**
 * What the linter has to say of a rule, and of which other one.
 *
 * sameSlot: two pins want one slot. sameItem: two pins want one item. filteredPin: a filter keeps the pinned item out.
 * quotaClash: a minimum and a maximum of the same items cannot both hold. pinnedQuota: pins break a maximum.
 * opposed: a boost and a bury act on the same items. unknownPlacement, unknownSegment, over, neverOpen, noItems,
 * unknownItem, hiddenItem: it never acts, and why. contradiction: no profile can be what it asks for. emptySegment: nor
 * what its segments ask for. severalValues: only one with several values of an attribute. noExploration: a budget where
 * nothing is tried out. unreachable: another rule decides alone. deadSource: a source of the chain is never asked.
 * repeatedFallback, sameFallback: a strategy of a placement's chain is never reached. empty: filters leave the
 * placement nothing. short: fewer than it shows. starvesNew: no new item gets through, or every one of them is pushed
 * down.
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
  'neverOpen',
  'noItems',
  'unknownItem',
  'hiddenItem',
  'contradiction',
  'emptySegment',
  'severalValues',
  'noExploration',
  'unreachable',
  'deadSource',
  'repeatedFallback',
  'sameFallback',
  'empty',
  'short',
  'starvesNew',
] as const;

export interface RuleFinding {
  readonly code: (typeof findingCodes)[number];
  readonly severity: 'error' | 'warning';
  /** Null: it is a placement's own fallback chain that is at fault. */
  readonly rule: string | null;
  /** The other rule it takes (of a chain: the other strategy); null where it alone is at fault. */
  readonly other: string | null;
  /** Of a finding about a fallback chain. */
  readonly placement?: string;
  /** A placement, segment, item, source or strategy, or how many items: what the finding is about. */
  readonly about: string | number | null;
}
