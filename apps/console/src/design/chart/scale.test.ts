import { expect, it } from 'vitest';
import { scaleOf } from './scale';

it('holds every value between its ends, with round ticks', () => {
  const scale = scaleOf([0.213, 0.387]);
  expect(scale.ticks).toEqual([0.2, 0.25, 0.3, 0.35, 0.4]);
  expect([scale.low, scale.high]).toEqual([0.2, 0.4]);
});

it('places values from 0 to 1 and keeps what lies beyond at the ends', () => {
  const scale = scaleOf([-0.1, 0.3]);
  expect(scale.place(scale.low)).toBe(0);
  expect(scale.place(scale.high)).toBe(1);
  expect(scale.place(0.1)).toBeCloseTo(0.5);
  expect(scale.place(-9)).toBe(0);
  expect(scale.place(9)).toBe(1);
});

it.each([[[]], [[0]], [[4, 4]], [[Number.NaN, Number.POSITIVE_INFINITY]]])(
  'has an extent even for %j',
  (values) => {
    const scale = scaleOf(values);
    expect(scale.high).toBeGreaterThan(scale.low);
    expect(scale.ticks.length).toBeGreaterThan(1);
  },
);

it('names zero exactly when it lies between negative and positive values', () => {
  expect(scaleOf([-0.31, 0.74]).ticks).toContain(0);
});
