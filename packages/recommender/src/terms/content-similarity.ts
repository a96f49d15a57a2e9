import type { AnchorNeighbours } from '../anchor.js';
import type { CandidatePool } from '../candidate-pool.js';
import { entry, type Term } from './term.js';

/**
 * Dense similarity to the things a person likes: multi-interest, the nearest one decides.
 *
 *   content(i) = (1 - breadth) max_a w_a c_a(i) + breadth mean_a w_a c_a(i)
 *
 * with c_a(i) in [0, 1] the similarity on the anchor's own scale (see anchorNeighbours) and 0 beyond its list.
 * In [0, max w_a]. Booked under the nearest anchor; what the others add is booked as `breadth`. One vector an interest
 * and the best match instead of a mean of all: after C. Li et al., Multi-Interest Network with Dynamic Routing (2019).
 */
export function contentSimilarity(
  neighbours: readonly AnchorNeighbours[],
  pool: CandidatePool,
  { breadth, anchorIndex }: { breadth: number; anchorIndex: (neighbours: AnchorNeighbours) => number },
): Term {
  const best = new Float64Array(pool.size);
  const total = new Float64Array(pool.size);
  const bestList = new Int32Array(pool.size).fill(-1);
  const bestCosine = new Float64Array(pool.size);
  neighbours.forEach((list, listIndex) => {
    for (const { row, score } of list.hits) {
      const candidate = pool.indexOf(row);
      if (candidate === undefined) continue;
      const value = list.anchor.weight * Math.min(1, Math.max(0, (score - list.floor) * list.scale));
      total[candidate] = (total[candidate] ?? 0) + value;
      if (value <= (best[candidate] ?? 0)) continue;
      best[candidate] = value;
      bestList[candidate] = listIndex;
      bestCosine[candidate] = score;
    }
  });
  const meanShare = neighbours.length === 0 ? 0 : breadth / neighbours.length;
  const nearest = (candidate: number) => (1 - breadth + meanShare) * (best[candidate] ?? 0);
  const others = (candidate: number) => meanShare * ((total[candidate] ?? 0) - (best[candidate] ?? 0));
  return {
    addTo: (sums) => {
      for (let candidate = 0; candidate < sums.length; candidate++) {
        sums[candidate] = (sums[candidate] as number) + nearest(candidate) + others(candidate);
      }
    },
    entries: (candidate) => {
      const list = neighbours[bestList[candidate] ?? -1];
      if (!list) return [];
      const measure = bestCosine[candidate] ?? 0;
      return [
        entry(list.anchor.term, nearest(candidate), { anchor: anchorIndex(list), measure }),
        entry('breadth', others(candidate)),
      ];
    },
  };
}
