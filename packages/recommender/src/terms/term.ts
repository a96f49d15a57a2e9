import type { LedgerEntry, TermName } from '../ranking.js';
import { termNames } from '../ranking.js';

/**
 * One addend of the score. `addTo` is asked for every candidate of the pool, by its index, so it must be cheap;
 * `entries` only for those that made it into the ranking. Both add the same numbers in the same order, so that a
 * score is its ledger's sum to the last bit.
 */
export interface Term {
  addTo(sum: number, candidate: number): number;
  entries(candidate: number): readonly LedgerEntry[];
}

/** An entry of a ledger; see LedgerEntry for `anchor` and `measure`. */
export const entry = (
  term: TermName,
  value: number,
  { anchor = -1, measure = null }: { anchor?: number; measure?: number | null } = {},
): LedgerEntry => [termIndex[term], value, anchor, measure];

const termIndex = Object.fromEntries(termNames.map((name, index) => [name, index])) as Record<
  TermName,
  number
>;
