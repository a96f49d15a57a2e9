import { seededRandom } from '@kindling/domain';
import { expect, test } from 'vitest';
import { addExactly, type ExactSum, mergeExactly, readSum } from './exact-sum.js';
import {
  addUnit,
  mergeStatistics,
  noStatistics,
  readStatistics,
  removeUnit,
} from './sufficient-statistics.js';

test('rolled up in any order and grouping, and stored in between, the sums are those of one pass to the last bit', () => {
  const random = seededRandom('orders');
  const units = Array.from({ length: 3_000 }, () => ({ y: Math.exp(20 * random() - 10), x: random() - 0.5 }));
  const onePass = units.reduce((sum, { y, x }) => addUnit(sum, y, x), noStatistics);
  const hours = Array.from({ length: 24 }, () => noStatistics);
  for (const { y, x } of [...units].reverse()) {
    const hour = Math.floor(random() * 24);
    hours[hour] = addUnit(JSON.parse(JSON.stringify(hours[hour])), y, x);
  }
  const merged = hours.reduce((one, other) => mergeStatistics(other, one), noStatistics);
  expect(readStatistics(merged)).toEqual(readStatistics(onePass));
});

test('taking a unit out again leaves nothing behind', () => {
  const before = addUnit(addUnit(noStatistics, 1e9, 3), 0.1, 0.2);
  const after = removeUnit(addUnit(before, 1 / 3, 1e-12), 1 / 3, 1e-12);
  expect(readStatistics(after)).toEqual(readStatistics(before));
});

test('a sum is the nearest double where plain addition loses everything', () => {
  const sum = (values: readonly number[]) => readSum(values.reduce<ExactSum>(addExactly, []));
  expect(sum([1e100, 1, -1e100])).toBe(1);
  expect(sum([0.1, 0.2, 0.3, -0.6])).toBe(2.7755575615628914e-17);
  // half-way between two doubles, and a crumb that decides
  expect(sum([1, 2 ** -53, 2 ** -106])).toBe(1 + 2 ** -52);
  expect(sum([1, 2 ** -53, -(2 ** -106)])).toBe(1);
  expect(readSum(mergeExactly([], []))).toBe(0);
  expect(() => addExactly([], Number.NaN)).toThrow('finite');
});
