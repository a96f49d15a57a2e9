import type { LedgerEntry, TermName } from '../ranking.js';
import { termNames } from '../ranking.js';

/**
 * One addend of the score. `addTo` adds it for all candidates of the pool, by index: one call a list, because thousands
 * of numbers that go through calls one by one end up on the heap. `entries` is asked only for those that made it into
 * the ranking. Both add the same numbers in the same order, so that a score is its ledger's sum to the last bit.
 */
export interface Term {
  addTo(sums: Float64Array): void;
  entries(candidate: number): readonly LedgerEntry[];
}

/** An entry of a ledger; see LedgerEntry for `anchor` and `measure`. */
export const entry = (
  term: TermName,
  value: number,
  { anchor = -1, measure = null }: { anchor?: number; measure?: number | null } = {},
): LedgerEntry => [termIndex[term], value, anchor, measure];

/** Adds nothing. */
export const noTerm: Term = { addTo: () => {}, entries: () => [] };

const termIndex = Object.fromEntries(termNames.map((name, index) => [name, index])) as Record<
  TermName,
  number
>;
