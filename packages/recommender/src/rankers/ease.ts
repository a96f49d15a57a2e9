import { keepItems } from '../training/interaction-matrix.js';
import { itemToItem } from '../training/item-to-item.js';
import { matrixOf, warmAndCold } from '../training/training-data.js';
import type { Ranker } from './ranker.js';

/**
 * EASE over the items with evidence: the sum of the history's rows of B (H. Steck, Embarrassingly Shallow Autoencoders
 * for Sparse Data, 2019). An item without evidence scores 0.
 */
export const easeRanker = (lambda = 200): Ranker => ({
  name: 'EASE',
  async fit(data, { product }) {
    const { warm } = warmAndCold(data);
    const place = new Int32Array(data.items.length).fill(-1);
    warm.forEach((item, at) => {
      place[item] = at;
    });
    const weights = await itemToItem(keepItems(matrixOf(data), warm), lambda, product);
    return {
      score(history, candidates, out) {
        const sums = new Float32Array(warm.length);
        for (const { item, weight } of history) {
          const row = place[item] ?? -1;
          if (row >= 0) weights.addRow(row, weight, sums);
        }
        candidates.forEach((item, at) => {
          out[at] = sums[place[item] ?? -1] ?? 0;
        });
      },
    };
  },
});
