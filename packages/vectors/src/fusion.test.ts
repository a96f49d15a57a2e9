import { itemNumber } from '@kindling/domain';
import { describe, expect, it } from 'vitest';
import { fuseHits } from './fusion.js';

const list = (...hits: readonly (readonly [number, number])[]) =>
  hits.map(([key, score]) => ({ key: itemNumber(key), score }));

describe('fuseHits', () => {
  it('adds 1 / (2 + rank) of each list, whatever the scores', () => {
    const fused = fuseHits([list([1, 0.9], [2, 0.8], [3, 0.1]), list([2, 50], [4, 40])], 'reciprocalRank');
    expect(fused).toEqual(list([2, 1 / 3 + 1 / 2], [1, 1 / 2], [4, 1 / 3], [3, 1 / 4]));
  });

  it('scales each list by its mean and sample deviation', () => {
    // 1, 2, 3: mean 2, deviation 1; so 3 lies at (3 - (2 - 3)) / 6 = 2/3.
    const fused = fuseHits(
      [list([1, 3], [2, 2], [3, 1]), list([3, 30], [1, 20], [2, 10])],
      'distributionBased',
    );
    expect(fused.map((hit) => hit.key)).toEqual([1, 3, 2]);
    expect(fused[0]?.score).toBeCloseTo(2 / 3 + 1 / 2, 12);
    expect(fused[1]?.score).toBeCloseTo(1 / 3 + 2 / 3, 12);
    expect(fused[2]?.score).toBeCloseTo(1 / 2 + 1 / 3, 12);
  });

  it('counts 0.5 for a list of one and for equal scores, which say nothing of their spread', () => {
    expect(fuseHits([list([7, 0.3]), list([8, 2], [9, 2])], 'distributionBased')).toEqual(
      list([7, 0.5], [8, 0.5], [9, 0.5]),
    );
  });

  it('orders equal sums by key and takes empty lists', () => {
    expect(fuseHits([list([9, 1]), list([3, 1]), []], 'reciprocalRank').map((hit) => hit.key)).toEqual([
      3, 9,
    ]);
    expect(fuseHits([], 'distributionBased')).toEqual([]);
  });
});
