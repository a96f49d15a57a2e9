import { seededRandom } from '@kindling/domain';
import { describe, expect, test } from 'vitest';
import { type Baseline, baselineOf } from './baseline.js';
import { liftedVariance, responseOf } from './lift-response.js';
import { type PeekingResult, peekingCheck } from './peeking-check.js';
import { estimatePower, type PowerEstimate, type PowerQuestion } from './power-estimate.js';
import {
  clickThroughMetric,
  continuousMetric,
  conversionMetric,
  heavyTailMetric,
  type SimulatedMetric,
} from './simulated-metric.js';
import { stoppingSchema } from './stopping-rule.js';
import { verifyStopping } from './stopping-verification.js';
import { verifyTests } from './verification.js';

function lastOf<Last>(steps: Generator<void, Last>): Last {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

function pilot(metric: SimulatedMetric, units: number): Baseline {
  const random = seededRandom(`pilot ${metric.name}`);
  return baselineOf(
    Array.from({ length: units }, () => metric.draw(random, 0)),
    metric.ratio,
  );
}

const question: PowerQuestion = {
  ...{ response: 'SHIFT', unitsPerDay: 100, lift: 0.05, power: 0.8, alpha: 0.05, arms: 2, share: 1 },
  ...{ stopping: stoppingSchema.parse({}), minimumUnits: 200, seed: 'plan' },
};

describe('the power estimate', () => {
  // lifts that some 2,000 units an arm find, where the normal formula is off by up to eight points
  test.each([
    { metric: continuousMetric, lift: 0.05, fixedHorizon: false },
    { metric: conversionMetric, lift: 0.3, fixedHorizon: true },
    { metric: conversionMetric, lift: 0.4, fixedHorizon: false },
    { metric: heavyTailMetric, lift: 0.3, fixedHorizon: false },
    { metric: clickThroughMetric, lift: 0.08, fixedHorizon: false },
  ])(
    'of $metric.name is what simulated experiments of that size find (fixed horizon: $fixedHorizon)',
    ({ metric, lift, fixedHorizon }) => {
      const { response } = metric;
      const rule = fixedHorizon ? 'FIXED_HORIZON' : 'ALWAYS_VALID';
      const asked = { ...question, response, lift, stopping: stoppingSchema.parse({ rule }) };
      const estimate = lastOf(estimatePower(pilot(metric, 200_000), asked));
      if (!estimate) throw new Error('no estimate');
      const runs = 1_000;
      const looks = fixedHorizon ? 1 : 28;
      const found = verifyTests({
        ...{ metric, lift, runs, looks, alpha: question.alpha, minimumUnits: question.minimumUnits },
        unitsPerLook: Math.round(estimate.unitsPerArm / looks),
        tuningSampleSize: 2 * estimate.unitsPerArm,
        seed: `power ${fixedHorizon}`,
      });
      const share = fixedHorizon
        ? found.fixedHorizon.excludedZeroAtTheEnd
        : found.sequential.everExcludedZero;
      const samplingError = 2 * Math.sqrt((0.8 * 0.2) / runs);
      expect(Math.abs(share - estimate.power)).toBeLessThan(0.02 + samplingError);
      expect(Math.abs(estimate.power - 0.8)).toBeLessThan(0.015);
    },
  );

  test('by a Bayesian rule is what simulated experiments of that size ship', () => {
    const stopping = stoppingSchema.parse({ rule: 'BAYESIAN', maximumLoss: 0.0025 });
    const [metric, lift, days] = [conversionMetric, 0.1, 28];
    const asked = { ...question, response: metric.response, lift, stopping };
    const estimate = lastOf(estimatePower(pilot(metric, 200_000), asked));
    if (!estimate) throw new Error('no estimate');
    const found = verifyStopping({
      ...{ metric, lift, days, rule: 'BAYESIAN', maximumLoss: stopping.maximumLoss, runs: 1_000 },
      ...{
        unitsPerDay: Math.round(estimate.unitsPerArm / days),
        minimumUnits: 200,
        alpha: 0.05,
        seed: 'bayes',
      },
    });
    expect(Math.abs(found.shipped - estimate.power)).toBeLessThan(0.02 + 2 * Math.sqrt((0.8 * 0.2) / 1_000));
    expect(Math.abs(estimate.power - 0.8)).toBeLessThan(0.015);
  });

  const baseline = pilot(continuousMetric, 20_000);
  const estimateOf = (fields: Partial<PowerQuestion>, of = baseline): PowerEstimate | null =>
    lastOf(estimatePower(of, { ...question, ...fields }));

  test('needs more units for a smaller lift, more arms and the sequence, and fewer people a day take longer', () => {
    const units = (fields: Partial<PowerQuestion>) => estimateOf(fields)?.unitsPerArm ?? 0;
    expect(units({ lift: 0.025 })).toBeGreaterThan(3.5 * units({}));
    expect(units({ arms: 3 })).toBeGreaterThan(units({}));
    const once = stoppingSchema.parse({ rule: 'FIXED_HORIZON' });
    expect(units({ stopping: once })).toBeLessThan(units({}));
    const slow = estimateOf({ unitsPerDay: 50 });
    expect(slow?.days).toBe(Math.ceil(units({}) / 25));
    const lifts = slow?.byDays.map(({ minimumDetectableLift }) => minimumDetectableLift ?? 9) ?? [];
    expect(lifts).toEqual([...lifts].sort((a, b) => b - a));
  });

  test('shows the lift itself as the smallest that its own number of days finds', () => {
    const days = 14;
    const { unitsPerArm = 0 } = estimateOf({}) ?? {};
    const exact = estimateOf({ unitsPerDay: (2 * unitsPerArm) / days });
    expect(exact?.byDays.find((one) => one.days === days)?.minimumDetectableLift).toBeCloseTo(0.05, 3);
  });

  test('says so when there is nothing to find it with, or no such lift can be', () => {
    expect(estimateOf({}, baselineOf([], false))).toBeNull();
    expect(estimateOf({}, baselineOf(Array(50).fill({ y: 0, x: 1 }), false))).toBeNull();
    // four of five do it already: not half as many more
    const often = baselineOf(
      [1, 1, 1, 1, 0].map((y) => ({ y, x: 1 })),
      false,
    );
    expect(estimateOf({ lift: 0.5, response: 'COUNT' }, often)).toBeNull();
  });
});

describe('the variance under a lift', () => {
  test('of a share is p (1 - p) of the new share, of an amount grows by the square', () => {
    const share = { mean: 0.1, variance: 0.09, denominator: 1 };
    expect(liftedVariance(share, 0.2, responseOf('CONVERSION'))).toBeCloseTo(0.12 * 0.88, 12);
    expect(liftedVariance({ mean: 5, variance: 40, denominator: 1 }, 0.1, responseOf('REVENUE'))).toBeCloseTo(
      48.4,
      12,
    );
  });

  test.each([conversionMetric, heavyTailMetric, clickThroughMetric, continuousMetric])(
    'of $name is that of simulated units with it',
    (metric) => {
      const [lift, random] = [0.4, seededRandom('lifted')];
      const units = Array.from({ length: 200_000 }, () => metric.draw(random, lift));
      const seen = baselineOf(units, metric.ratio).variance;
      const expected = liftedVariance(pilot(metric, 200_000), lift, metric.response);
      expect(Math.abs(seen / expected - 1)).toBeLessThan(metric === heavyTailMetric ? 0.15 : 0.02);
    },
  );
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
