import { seededRandom } from '@kindling/domain';
import { describe, expect, test } from 'vitest';
import { baselineOf } from './baseline.js';
import { playPower } from './played-power.js';
import {
  channelMetric,
  clickThroughMetric,
  continuousMetric,
  conversionMetric,
  heavyTailMetric,
  pastMetric,
} from './simulated-metric.js';
import { type VerificationPlan, verifyTests } from './verification.js';

const plan: Omit<VerificationPlan, 'metric' | 'lift' | 'seed'> = {
  runs: 1_000,
  looks: 50,
  unitsPerLook: 40,
  minimumUnits: 200,
  alpha: 0.05,
  tuningSampleSize: 2_000,
};
/** Two standard errors of a share that is 5 % over 1,000 runs. */
const samplingError = 2 * Math.sqrt((0.05 * 0.95) / plan.runs);

describe('A/A, looked at 46 times', () => {
  test.each([continuousMetric, conversionMetric, heavyTailMetric])(
    '$name: the sequence holds alpha, the t-test does not',
    (metric) => {
      const found = verifyTests({ ...plan, metric, lift: 0, seed: `A/A ${metric.name}` });
      expect(found.sequential.everExcludedZero).toBeLessThanOrEqual(0.05 + samplingError);
      expect(found.sequential.alwaysCovered).toBeGreaterThanOrEqual(0.95 - samplingError);
      expect(found.fixedHorizon.everExcludedZero).toBeGreaterThan(0.15);
      expect(found.fixedHorizon.excludedZeroAtTheEnd).toBeLessThanOrEqual(0.05 + samplingError);
    },
  );

  test('a ratio metric by the delta method holds alpha, too', () => {
    const found = verifyTests({ ...plan, runs: 300, metric: clickThroughMetric, lift: 0, seed: 'A/A ratio' });
    expect(found.sequential.everExcludedZero).toBeLessThanOrEqual(0.05 + 2 * Math.sqrt((0.05 * 0.95) / 300));
    expect(found.fixedHorizon.coveredAtTheEnd).toBeGreaterThanOrEqual(
      0.95 - 2 * Math.sqrt((0.05 * 0.95) / 300),
    );
  });
});

test.each([pastMetric, channelMetric])('$name holds alpha, too, and covers a true lift', (metric) => {
  const [runs, looks] = [400, 25];
  const error = 2 * Math.sqrt((0.05 * 0.95) / runs);
  const nothing = verifyTests({ ...plan, runs, looks, metric, lift: 0, seed: `A/A ${metric.name}` });
  expect(nothing.sequential.everExcludedZero).toBeLessThanOrEqual(0.05 + error);
  expect(nothing.fixedHorizon.everExcludedZero).toBeGreaterThan(0.15);
  const lifted = verifyTests({ ...plan, runs, looks, metric, lift: 0.1, seed: `lift ${metric.name}` });
  expect(lifted.sequential.alwaysCovered).toBeGreaterThanOrEqual(0.95 - error);
  expect(lifted.fixedHorizon.coveredAtTheEnd).toBeGreaterThanOrEqual(0.95 - error);
});

test('a loss of just the margin is called safe in at most 5 % of the runs, however often it is looked at', () => {
  const found = verifyTests({ ...plan, metric: continuousMetric, lift: -0.03, seed: 'loss' });
  expect(found.everFalselySafe).toBeLessThanOrEqual(0.05 + samplingError);
});

describe('a true lift', () => {
  const lift = 0.05;

  test('is covered at every look, and found as often as was planned', () => {
    const found = verifyTests({ ...plan, metric: continuousMetric, lift, seed: 'true lift' });
    const twoPointsAndSampling = 0.02 + 2 * Math.sqrt(0.25 / plan.runs);
    expect(found.sequential.alwaysCovered).toBeGreaterThanOrEqual(0.95 - samplingError);
    expect(found.fixedHorizon.coveredAtTheEnd).toBeGreaterThanOrEqual(0.95 - samplingError);
    const random = seededRandom('pilot');
    const units = Array.from({ length: 20_000 }, () => continuousMetric.draw(random, 0));
    const steps = playPower({
      ...{ ...plan, response: 'SHIFT', lift, seed: 'plan', maximumLoss: null },
      baseline: baselineOf(units, false),
      unitsPerArm: plan.looks * plan.unitsPerLook,
    });
    let step = steps.next();
    while (!step.done) step = steps.next();
    const { fixedHorizon, sequentialAtTheEnd, sequentialEver } = step.value;
    const near = (share: number, planned: number) =>
      expect(Math.abs(share - planned)).toBeLessThan(twoPointsAndSampling);
    near(found.fixedHorizon.excludedZeroAtTheEnd, fixedHorizon);
    near(found.sequential.excludedZeroAtTheEnd, sequentialAtTheEnd);
    near(found.sequential.everExcludedZero, sequentialEver);
    expect(found.sequential.everExcludedZero).toBeGreaterThanOrEqual(found.sequential.excludedZeroAtTheEnd);
  });
});

test('small samples: the t interval keeps its coverage with fifteen units an arm', () => {
  const small = { ...plan, looks: 1, unitsPerLook: 15, minimumUnits: 2, metric: continuousMetric };
  const found = verifyTests({ ...small, runs: 4_000, lift: 0, seed: 'small' });
  expect(found.fixedHorizon.coveredAtTheEnd).toBeGreaterThan(0.95 - 2 * Math.sqrt((0.05 * 0.95) / 4_000));
});
