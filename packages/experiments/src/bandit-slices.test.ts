import { expect, test } from 'vitest';
import { addBanditSlices } from './bandit-slices.js';

test('units of every round are expected by the shares of that round', () => {
  const mobile = (units: number[]) => ({ dimension: 'device', value: 'mobile', units }) as const;
  const first = addBanditSlices([], [mobile([60, 40])], [0.5, 0.5]);
  const second = addBanditSlices(first, [mobile([10, 190])], [0.05, 0.95]);
  expect(first).toEqual([{ ...mobile([60, 40]), expected: [50, 50] }]);
  expect(second).toEqual([{ ...mobile([70, 230]), expected: [60, 240] }]);
  expect(addBanditSlices(second, [], [0.05, 0.95])).toEqual(second);
});

test('keeps the fifty values of a dimension with the most units', () => {
  const values = Array.from({ length: 80 }, (_, at) => ({
    dimension: 'category' as const,
    value: `c${at}`,
    units: [at, at],
  }));
  const kept = addBanditSlices([], values, [0.5, 0.5]);
  expect(kept).toHaveLength(50);
  expect(kept[0]?.value).toBe('c79');
  expect(kept.at(-1)?.value).toBe('c30');
});
