import { describe, expect, it } from 'vitest';
import { coldnessOf, defaultProfileThresholds } from './coldness.js';
import { seededRandom } from './random.js';

const draws = (seed: string, count: number) => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, random);
};

describe('a seeded generator', () => {
  it('repeats itself for a seed and differs between seeds', () => {
    expect(draws('a', 20)).toEqual(draws('a', 20));
    expect(draws('a', 20)).not.toEqual(draws('b', 20));
  });

  it('is uniform over 100 cells (chi-square, 99 degrees of freedom, p > 0.001)', () => {
    const cells = new Array<number>(100).fill(0);
    for (const draw of draws('uniform', 100_000)) {
      const cell = Math.floor(draw * 100);
      cells[cell] = (cells[cell] ?? 0) + 1;
    }
    const chiSquare = cells.reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0);
    expect(chiSquare).toBeLessThan(148.2);
  });
});

it('a profile warms with its events', () => {
  expect([0, 1, 9, 10].map((events) => coldnessOf(events, defaultProfileThresholds))).toEqual([
    'COLD',
    'WARMING',
    'WARMING',
    'WARM',
  ]);
});
