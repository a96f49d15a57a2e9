import { itemCounts } from '../training/interaction-matrix.js';
import { matrixOf, warmAndCold } from '../training/training-data.js';
import type { Ranker } from './ranker.js';

/**
 * Popularity of content neighbours: the mean popularity of the items with evidence that are nearest by the encoder,
 * weighted by cosine: k-nearest-neighbour regression (N. Altman, An Introduction to Kernel and Nearest-Neighbor
 * Nonparametric Regression, 1992). The same for everybody; what can be said of a new item before anything is known of a person.
 */
export const neighbourPopularityRanker = (neighbours = 20): Ranker => ({
  name: 'popularity of content neighbours',
  async fit(data, { product }) {
    const { warm } = warmAndCold(data);
    const counts = itemCounts(matrixOf(data));
    const dimensions = data.items.find(({ vector }) => vector !== null)?.vector?.length ?? 0;
    const known = new Float32Array(warm.length * dimensions);
    warm.forEach((item, at) => {
      known.set(data.items[item]?.vector ?? [], at * dimensions);
    });
    const scores = new Float32Array(data.items.length);
    for (let from = 0; from < data.items.length; from += blockItems) {
      const block = data.items.slice(from, from + blockItems);
      const left = new Float32Array(block.length * dimensions);
      block.forEach(({ vector }, at) => {
        left.set(vector ?? [], at * dimensions);
      });
      const shape = { rows: block.length, inner: dimensions, columns: warm.length, isTransposed: true };
      const cosines = await product.multiply(left, known, shape);
      block.forEach((_, row) => {
        const line = cosines.subarray(row * warm.length, (row + 1) * warm.length);
        const least = Float32Array.from(line).sort()[Math.max(0, warm.length - neighbours - 1)] ?? 0;
        let [sum, weight] = [0, 0];
        line.forEach((cosine, at) => {
          const item = warm[at] ?? -1;
          if (cosine <= 0 || cosine < least || item === from + row) return;
          sum += cosine * (counts[item] ?? 0);
          weight += cosine;
        });
        scores[from + row] = weight > 0 ? sum / weight : 0;
      });
    }
    return {
      score(_history, candidates, out) {
        candidates.forEach((item, at) => {
          out[at] = scores[item] ?? 0;
        });
      },
    };
  },
});

const blockItems = 512;
