/**
 * Why a rule that acts on a request did not get its way there.
 * notEligible: the gate keeps the pinned item out. slotTaken, itemPinned: another pin was first. tooFewItems: there are
 * not enough matching candidates. slotsTaken: pins or other quotas hold the slots. ruledOut: another rule of its kind
 * decides alone. noHistory: nobody said what the person was shown.
 */
export const conflictReasons = [
  'notEligible',
  'slotTaken',
  'itemPinned',
  'tooFewItems',
  'slotsTaken',
  'ruledOut',
  'noHistory',
] as const;

export interface RuleConflict {
  readonly rule: string;
  /** Key of the rule that won; null where it was no rule. */
  readonly by: string | null;
  readonly why: (typeof conflictReasons)[number];
}
