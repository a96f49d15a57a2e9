import type { AnchorNeighbours } from '../anchor.js';
import type { CandidatePool } from '../candidate-pool.js';
import { entry, type Term } from './term.js';

/** What an item loses for being near a disliked one: -weight * max_a c_a(i), on the scale of contentSimilarity. */
export function dislikedSimilarity(
  neighbours: readonly AnchorNeighbours[],
  pool: CandidatePool,
  { weight, anchorIndex }: { weight: number; anchorIndex: (neighbours: AnchorNeighbours) => number },
): Term {
  const most = new Map<number, { closeness: number; list: AnchorNeighbours; cosine: number }>();
  for (const list of neighbours) {
    for (const { row, score } of list.hits) {
      const candidate = pool.indexOf(row);
      if (candidate === undefined) continue;
      const closeness = Math.min(1, Math.max(0, (score - list.floor) * list.scale));
      if (closeness > (most.get(candidate)?.closeness ?? 0))
        most.set(candidate, { closeness, list, cosine: score });
    }
  }
  const value = (candidate: number) => {
    const closeness = most.get(candidate)?.closeness;
    return closeness === undefined ? 0 : -weight * closeness;
  };
  return {
    addTo: (sums) => {
      for (const candidate of most.keys()) {
        sums[candidate] = (sums[candidate] as number) + value(candidate);
      }
    },
    entries: (candidate) => {
      const near = most.get(candidate);
      return near
        ? [entry('disliked', value(candidate), { anchor: anchorIndex(near.list), measure: near.cosine })]
        : [];
    },
  };
}
