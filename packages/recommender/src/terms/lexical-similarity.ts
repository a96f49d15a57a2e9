import type { CandidatePool } from '../candidate-pool.js';
import type { LexicalHit } from '../ports.js';
import { entry, type Term } from './term.js';

/** The hits of one text, and what the best of them is worth. */
export interface LexicalList {
  readonly hits: readonly LexicalHit[];
  readonly weight: number;
  /** Index among the ranking's anchors; -1: the query itself. */
  readonly anchor: number;
}

/** Words in common: max over the texts of weight * BM25(i) / BM25(best hit). In [0, max weight]. */
export function lexicalSimilarity(lists: readonly LexicalList[], pool: CandidatePool): Term {
  const best = new Float64Array(pool.size);
  const anchors = new Int32Array(pool.size).fill(-1);
  for (const { hits, weight, anchor } of lists) {
    const top = hits[0]?.score ?? 1;
    for (const { row, score } of hits) {
      const candidate = pool.indexOf(row);
      if (candidate === undefined || weight * (score / top) <= (best[candidate] ?? 0)) continue;
      best[candidate] = weight * (score / top);
      anchors[candidate] = anchor;
    }
  }
  const value = (candidate: number) => best[candidate] ?? 0;
  return {
    addTo: (sums) => {
      for (let candidate = 0; candidate < sums.length; candidate++) {
        sums[candidate] = (sums[candidate] as number) + value(candidate);
      }
    },
    entries: (candidate) =>
      value(candidate) === 0
        ? []
        : [entry('lexical', value(candidate), { anchor: anchors[candidate] ?? -1 })],
  };
}
