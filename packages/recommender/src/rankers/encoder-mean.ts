import type { Ranker } from './ranker.js';

/** Dot product of the item's encoder vector with the weighted sum of the history's: the encoder as it is. */
export const encoderMeanRanker: Ranker = {
  name: 'raw encoder mean',
  async fit({ items }) {
    const dimensions = items.find(({ vector }) => vector !== null)?.vector?.length ?? 0;
    return {
      score(history, candidates, out) {
        const mean = new Float64Array(dimensions);
        for (const { item, weight } of history) {
          const vector = items[item]?.vector;
          if (vector)
            for (let d = 0; d < dimensions; d++) mean[d] = (mean[d] ?? 0) + weight * (vector[d] ?? 0);
        }
        candidates.forEach((item, at) => {
          const vector = items[item]?.vector;
          let dot = 0;
          if (vector) for (let d = 0; d < dimensions; d++) dot += (mean[d] ?? 0) * (vector[d] ?? 0);
          out[at] = dot;
        });
      },
    };
  },
};
