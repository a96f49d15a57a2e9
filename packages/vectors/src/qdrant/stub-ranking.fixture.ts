import type { Schemas } from '@qdrant/js-client-rest';
import { reject } from './stub-rejection.fixture.js';

/* Qdrant's scores, written down from the golden answers apart from the port's own functions, in float32 as there. */

export interface Ranked {
  readonly id: string | number;
  readonly vector: Float32Array;
  readonly score: number;
}

export const dot = (a: Float32Array, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return Math.fround(sum);
};

type Scorable = Exclude<Schemas['QueryInterface'], number | string>;

export function scorer(
  query: Scorable,
  checkSize: (length: number) => void,
): (vector: Float32Array) => number {
  if (Array.isArray(query)) return nearestTo(query as number[], checkSize);
  if ('nearest' in query) return nearestTo(query.nearest as number[], checkSize);
  if (!('recommend' in query)) return reject(501, 'the stub has no such query');
  const positive = (query.recommend.positive ?? []) as number[][];
  const negative = (query.recommend.negative ?? []) as number[][];
  for (const example of [...positive, ...negative]) {
    if (!Array.isArray(example)) reject(501, 'the stub takes examples as vectors only');
    checkSize(example.length);
  }
  const scores = (examples: number[][], vector: Float32Array) =>
    examples.map((example) => dot(vector, example));
  switch (String(query.recommend.strategy)) {
    case 'sum_scores':
      return (vector) => Math.fround(sum(scores(positive, vector)) - sum(scores(negative, vector)));
    case 'best_score':
      return (vector) => {
        const best = Math.max(...scores(positive, vector));
        const worst = Math.max(...scores(negative, vector));
        return Math.fround(best > worst ? fastSigmoid(best) : -fastSigmoid(worst));
      };
    default:
      return reject(501, 'the stub has no such strategy');
  }
}

export function rankReciprocally(lists: readonly Ranked[][], k: number): Ranked[] {
  return fuse(lists.map((list) => list.map((hit, position) => ({ ...hit, score: 1 / (k + position) }))));
}

export function rankDistributions(lists: readonly Ranked[][]): Ranked[] {
  return fuse(
    lists.map((list) => {
      const mean = sum(list.map((hit) => hit.score)) / list.length;
      const variance = sum(list.map((hit) => (hit.score - mean) ** 2)) / (list.length - 1);
      const low = mean - 3 * Math.sqrt(variance);
      const width = 6 * Math.sqrt(variance);
      return list.map((hit) => ({
        ...hit,
        score: list.length < 2 || width === 0 ? 0.5 : (hit.score - low) / width,
      }));
    }),
  );
}

export function rankMarginally(
  candidates: readonly Ranked[],
  lambda: number,
  similarity: typeof dot,
): Ranked[] {
  const left = [...candidates];
  const chosen = left.splice(0, 1);
  const value = (hit: Ranked) =>
    lambda * hit.score -
    (1 - lambda) * Math.max(...chosen.map((other) => similarity(hit.vector, other.vector)));
  while (left.length > 0) {
    const best = left.reduce((leader, hit) => (value(hit) > value(leader) ? hit : leader));
    chosen.push(...left.splice(left.indexOf(best), 1));
  }
  return chosen;
}

function fuse(lists: readonly Ranked[][]): Ranked[] {
  const fused = new Map<string | number, Ranked>();
  for (const hit of lists.flat()) {
    fused.set(hit.id, { ...hit, score: (fused.get(hit.id)?.score ?? 0) + hit.score });
  }
  return [...fused.values()]
    .map((hit) => ({ ...hit, score: Math.fround(hit.score) }))
    .sort((a, b) => b.score - a.score || (String(a.id) < String(b.id) ? 1 : -1));
}

function nearestTo(query: number[], checkSize: (length: number) => void): (vector: Float32Array) => number {
  checkSize(query.length);
  return (vector) => dot(vector, query);
}

const fastSigmoid = (x: number) => 0.5 * (1 + x / (1 + Math.abs(x)));
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
