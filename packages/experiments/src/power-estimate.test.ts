import { seededRandom } from '@kindling/domain';
import { describe, expect, test } from 'vitest';
import { baselineOf, type PeekingResult, peekingCheck } from './peeking-check.js';
import { estimatePower } from './power-estimate.js';
import { continuousMetric } from './simulated-metric.js';
import { verifyTests } from './verification.js';

const question = { lift: 0.05, power: 0.8, alpha: 0.05, arms: 2, share: 1, fixedHorizon: false };
const baseline = { mean: 10, variance: 25, unitsPerDay: 100 };

describe('the power estimate', () => {
  test.each([true, false])(
    'is what simulated experiments of that size find (fixed horizon: %s)',
    (fixedHorizon) => {
      const estimate = estimatePower(baseline, { ...question, fixedHorizon });
      if (!estimate) throw new Error('no estimate');
      const runs = 2_000;
      const found = verifyTests({
        metric: continuousMetric,
        lift: question.lift,
        runs,
        looks: 1,
        unitsPerLook: estimate.unitsPerArm,
        minimumUnits: 2,
        alpha: question.alpha,
        tuningSampleSize: 2 * estimate.unitsPerArm,
        seed: `power ${fixedHorizon}`,
      });
      const share = (fixedHorizon ? found.fixedHorizon : found.sequential).excludedZeroAtTheEnd;
      const samplingError = 2 * Math.sqrt((0.8 * 0.2) / runs);
      expect(Math.abs(share - estimate.power)).toBeLessThan(0.02 + samplingError);
      expect(estimate.power).toBeGreaterThanOrEqual(0.8);
    },
  );

  test('needs more units for a smaller lift, more arms and the sequence, and fewer people a day take longer', () => {
    const units = (fields: object) => estimatePower(baseline, { ...question, ...fields })?.unitsPerArm ?? 0;
    expect(units({ lift: 0.025 })).toBeGreaterThan(3.5 * units({}));
    expect(units({ arms: 3 })).toBeGreaterThan(units({}));
    expect(units({ fixedHorizon: true })).toBeLessThan(units({}));
    const slow = estimatePower({ ...baseline, unitsPerDay: 50 }, question);
    expect(slow?.days).toBe(Math.ceil(units({}) / 25));
    const lifts = slow?.byDays.map(({ minimumDetectableLift }) => minimumDetectableLift ?? 9) ?? [];
    expect(lifts).toEqual([...lifts].sort((a, b) => b - a));
  });

  test('is null where nothing can be found', () => {
    expect(estimatePower({ mean: 0, variance: 0, unitsPerDay: 10 }, question)).toBeNull();
    expect(estimatePower({ ...baseline, variance: 1e12 }, { ...question, lift: 0.0001 })).toBeNull();
  });
});

test('an A/A test on real values raises a false alarm in at most 5 % of 1,000 runs, and the t-test in many more', () => {
  const random = seededRandom('values');
  // clicks of real people: most none, a few many
  const values = Array.from({ length: 3_000 }, () => ({
    y: Math.floor(4 * (-Math.log(1 - random())) ** 2 - 1),
    x: 1,
  }));
  const spread = values.map(({ y, x }) => ({ y: Math.max(0, y), x }));
  const check = peekingCheck(spread, {
    isRatio: false,
    runs: 1_000,
    looks: 40,
    unitsPerLook: 50,
    minimumUnits: 200,
    alpha: 0.05,
    tuningSampleSize: 2_000,
    seed: 'A/A',
  });
  let step = check.next();
  while (!step.done) step = check.next();
  const result: PeekingResult = step.value;
  expect(result.sequential).toBeLessThanOrEqual(0.05 + 2 * Math.sqrt((0.05 * 0.95) / 1_000));
  expect(result.fixedHorizon).toBeGreaterThan(0.15);
});

test('the baseline of a ratio is that of the sums, with the variance of the delta method', () => {
  const values = [
    { y: 1, x: 2 },
    { y: 3, x: 4 },
    { y: 0, x: 3 },
  ];
  const { mean, variance } = baselineOf(values, true);
  expect(mean).toBeCloseTo(4 / 9, 12);
  const linear = values.map(({ y, x }) => (y - mean * x) / 3);
  const average = linear.reduce((sum, value) => sum + value, 0) / 3;
  expect(variance).toBeCloseTo(linear.reduce((sum, value) => sum + (value - average) ** 2, 0) / 2, 12);
});
