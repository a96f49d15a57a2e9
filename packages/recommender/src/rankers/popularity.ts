import { itemCounts } from '../training/interaction-matrix.js';
import { matrixOf } from '../training/training-data.js';
import type { Ranker } from './ranker.js';

/** How many profiles did something with an item, the same for everybody; 0 for an item without evidence. */
export const popularityRanker: Ranker = {
  name: 'popularity',
  async fit(data) {
    const counts = itemCounts(matrixOf(data));
    return {
      score(_history, candidates, out) {
        candidates.forEach((item, at) => {
          out[at] = counts[item] ?? 0;
        });
      },
    };
  },
};
