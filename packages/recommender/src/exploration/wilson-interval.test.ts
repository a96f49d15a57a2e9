import { expect, it } from 'vitest';
import { wilsonInterval } from './wilson-interval.js';

it('gives the interval of the literature', () => {
  // Newcombe (1998), table I: 81 of 263, without continuity correction
  const { low, high } = wilsonInterval(81, 263);
  expect(low).toBeCloseTo(0.2553, 4);
  expect(high).toBeCloseTo(0.3662, 4);
});

it('stays within 0 and 1, also of none, all, and nothing tried', () => {
  expect(wilsonInterval(0, 20)).toEqual({ low: 0, high: expect.closeTo(0.1611, 4) });
  expect(wilsonInterval(20, 20).high).toBeCloseTo(1, 12);
  expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 });
});
