import { expect, it } from 'vitest';
import { ndcgAt } from './ndcg.js';

it('is 1 for the best order, less for a later hit, 0 without one, and looks no further than the cutoff', () => {
  expect(ndcgAt(['a', 'b', 'c'], new Set(['a', 'b']), 3)).toBe(1);
  expect(ndcgAt(['x', 'a'], new Set(['a']), 2)).toBeCloseTo(1 / Math.log2(3), 12);
  expect(ndcgAt(['x', 'y', 'a'], new Set(['a']), 2)).toBe(0);
  expect(ndcgAt(['a'], new Set(), 5)).toBe(0);
});
