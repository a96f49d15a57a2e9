import { seededRandom } from '@kindling/domain';
import { expect, test } from 'vitest';
import { targetRanks } from '../target-ranks.js';
import { listMetrics } from './index.js';

/** Each metric again, from the list itself, as its textbook says it. */
const textbook: Record<string, (relevant: readonly boolean[], cutoff: number) => number> = {
  ndcg: (relevant, cutoff) => {
    const gain = (list: readonly boolean[]) =>
      list.slice(0, cutoff).reduce((sum, hit, at) => sum + (hit ? 1 / Math.log2(at + 2) : 0), 0);
    return gain(relevant) / gain([...relevant].sort((a, b) => Number(b) - Number(a)));
  },
  recall: (relevant, cutoff) => count(relevant.slice(0, cutoff)) / count(relevant),
  precision: (relevant, cutoff) => count(relevant.slice(0, cutoff)) / Math.min(cutoff, relevant.length),
  f1: (relevant, cutoff) =>
    (2 * count(relevant.slice(0, cutoff))) / (Math.min(cutoff, relevant.length) + count(relevant)),
  accuracy: (relevant, cutoff) => relevant.filter((hit, at) => hit === at < cutoff).length / relevant.length,
  mrr: (relevant, cutoff) => {
    const first = relevant.indexOf(true);
    return first < cutoff ? 1 / (first + 1) : 0;
  },
  hitRate: (relevant, cutoff) => (relevant.slice(0, cutoff).includes(true) ? 1 : 0),
  map: (relevant, cutoff) => {
    const sum = relevant
      .slice(0, cutoff)
      .reduce((total, hit, at) => total + (hit ? count(relevant.slice(0, at + 1)) / (at + 1) : 0), 0);
    return sum / Math.min(cutoff, count(relevant));
  },
  auc: (relevant) => {
    let pairs = 0;
    let right = 0;
    relevant.forEach((hit, at) => {
      if (!hit) return;
      relevant.forEach((other, place) => {
        if (other) return;
        pairs++;
        if (at < place) right++;
      });
    });
    return pairs === 0 ? 0.5 : right / pairs;
  },
};
const count = (list: readonly boolean[]) => list.filter(Boolean).length;

const random = seededRandom('lists');
const lists = Array.from({ length: 60 }, (_, at) => {
  const relevant = Array.from({ length: 1 + Math.floor(random() * 40) }, () => random() < 0.3);
  if (!relevant.includes(true)) relevant[at % relevant.length] = true;
  return relevant;
});

test.each(Object.keys(listMetrics))(
  '%s is what its definition says, for random lists and cutoffs',
  (name) => {
    for (const relevant of lists) {
      const ranks = Int32Array.from(relevant.flatMap((hit, at) => (hit ? [at] : [])));
      for (const cutoff of [1, 3, 10, 50]) {
        const value = listMetrics[name]?.({ ranks, candidates: relevant.length }, cutoff);
        expect(value).toBeCloseTo(textbook[name]?.(relevant, cutoff) ?? Number.NaN, 10);
      }
    }
  },
);

test('ranks are places in the order of scores, and equal scores keep the order of candidates', () => {
  const scores = Float32Array.of(1, 5, 5, 2, 5);
  expect([...targetRanks(scores, Int32Array.of(4, 0, 1))]).toEqual([0, 2, 4]);
});
