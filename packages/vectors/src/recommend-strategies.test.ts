import { describe, expect, it } from 'vitest';
import { averageVectorQuery, bestScore, sumScoresQuery } from './recommend-strategies.js';

describe('recommend strategies', () => {
  const [east, north] = [Float32Array.of(1, 0), Float32Array.of(0, 1)];

  it('averageVector moves twice the mean of the liked away from the mean of the disliked', () => {
    expect([...averageVectorQuery([east, north], [])]).toEqual([0.5, 0.5]);
    expect([...averageVectorQuery([east], [north])]).toEqual([2, -1]);
    expect([...averageVectorQuery([east, east], [north, east])]).toEqual([1.5, -0.5]);
  });

  it('sumScores is one query, because a sum of products is a product with the sum', () => {
    expect([...sumScoresQuery([east, east, north], [north])]).toEqual([2, 0]);
    expect([...sumScoresQuery([], [north])]).toEqual([0, -1]);
  });

  it('bestScore is above 0 exactly where the best liked example is nearer than the best disliked', () => {
    expect(bestScore(1, 0)).toBe(0.75);
    expect(bestScore(0.5, -Infinity)).toBeCloseTo((1 + 0.5 / 1.5) / 2, 12);
    expect(bestScore(0.2, 0.2)).toBeCloseTo(-(1 + 0.2 / 1.2) / 2, 12);
    expect(bestScore(-Infinity, 1)).toBe(-0.75);
  });
});
