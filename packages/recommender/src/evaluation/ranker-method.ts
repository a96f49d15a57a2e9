import type { Ranker } from '../rankers/ranker.js';
import { type EvaluatedMethod, shownItems } from './evaluated-method.js';

/** A ranker as a row: it scores all candidates; the history and whatever has no score go to the end. */
export const rankerMethod = (ranker: Ranker): EvaluatedMethod => ({
  name: ranker.name,
  isDefault: false,
  isBaseline: true,
  async fit(training, { candidates }, parts) {
    const fitted = await ranker.fit(training, parts);
    const scores = new Float32Array(candidates.length);
    const placeOf = new Int32Array(training.items.length).fill(-1);
    candidates.forEach((item, place) => {
      placeOf[item] = place;
    });
    return {
      async rank({ history, targets }) {
        fitted.score(
          Array.from(history, (item) => ({ item, weight: 1 })),
          candidates,
          scores,
        );
        for (let at = 0; at < scores.length; at++) {
          if (Number.isNaN(scores[at])) scores[at] = Number.NEGATIVE_INFINITY;
        }
        for (const item of history) {
          const place = placeOf[item] ?? -1;
          if (place >= 0) scores[place] = Number.NEGATIVE_INFINITY;
        }
        const known = new Set(history);
        const order = firstPlaces(scores, shownItems);
        return {
          ranks: targetPlaces(
            scores,
            targets.map((item) => placeOf[item] ?? -1),
          ),
          shown: order.map((place) => candidates[place] ?? -1).filter((item) => !known.has(item)),
        };
      },
    };
  },
});

/** Places of the highest scores, best first; equal scores in the order of places. */
export function firstPlaces(scores: Float32Array, limit: number): Int32Array {
  const threshold =
    scores.length <= limit ? Number.NEGATIVE_INFINITY : (scores.slice().sort()[scores.length - limit] ?? 0);
  const chosen: number[] = [];
  for (let place = 0; place < scores.length; place++) {
    if ((scores[place] as number) >= threshold) chosen.push(place);
  }
  // where most scores are equal, only the first of them can be among the chosen
  const above = chosen.filter((place) => (scores[place] as number) > threshold);
  const level = chosen.filter((place) => scores[place] === threshold).slice(0, limit - above.length);
  above.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  return Int32Array.from([...above, ...level]);
}

/** Ranks of some places in the whole order, ascending: how many scores are higher, or equal and earlier. */
function targetPlaces(scores: Float32Array, places: Int32Array): Int32Array {
  const sorted = scores.slice().sort();
  return places
    .map((place) => {
      const own = scores[place] as number;
      const higher = scores.length - upperBound(sorted, own);
      let level = 0;
      const equal = upperBound(sorted, own) - lowerBound(sorted, own);
      if (equal > 1) for (let at = 0; at < place; at++) if (scores[at] === own) level++;
      return higher + level;
    })
    .sort();
}

function lowerBound(sorted: Float32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function upperBound(sorted: Float32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
