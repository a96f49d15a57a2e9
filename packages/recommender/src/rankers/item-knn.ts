import { cosineLists } from '../training/item-weights.js';
import { matrixOf } from '../training/training-data.js';
import type { Ranker } from './ranker.js';

/**
 * Item-kNN: the sum over the history of shrunk cosines of co-occurrence, each item's 200 nearest (Sarwar et al. 2001).
 * An item without evidence scores 0.
 */
export const itemKnnRanker: Ranker = {
  name: 'item-kNN',
  async fit(data) {
    const lists = cosineLists(matrixOf(data), { most: 200, shrinkage: 10 });
    return {
      score(history, candidates, out) {
        const sums = new Float64Array(data.items.length);
        for (const { item, weight } of history) {
          for (let at = lists.starts[item] ?? 0; at < (lists.starts[item + 1] ?? 0); at++) {
            const other = lists.columns[at] ?? 0;
            sums[other] = (sums[other] ?? 0) + weight * (lists.weights[at] ?? 0);
          }
        }
        candidates.forEach((item, at) => {
          out[at] = sums[item] ?? 0;
        });
      },
    };
  },
};
