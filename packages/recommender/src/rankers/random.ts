import type { Ranker } from './ranker.js';

/** Uniform scores from the given generator: the floor that every method must be above. */
export const randomRanker: Ranker = {
  name: 'random',
  async fit(_data, { random }) {
    return {
      score(_history, candidates, out) {
        for (let at = 0; at < candidates.length; at++) out[at] = random();
      },
    };
  },
};
