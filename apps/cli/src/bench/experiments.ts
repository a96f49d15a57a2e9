import { seededRandom } from '@kindling/domain';
import {
  baselineOf,
  clickThroughMetric,
  continuousMetric,
  conversionMetric,
  heavyTailMetric,
  playPower,
  verifyTests,
} from '@kindling/experiments';

const plan = {
  runs: 1_000,
  looks: 100,
  unitsPerLook: 40,
  minimumUnits: 200,
  alpha: 0.05,
  tuningSampleSize: 5_000,
};
const lift = 0.035;

/**
 * How honest the statistics are: a thousand simulated A/A tests a metric, looked at a hundred times, and a thousand
 * with a known lift beside the power that was planned. Shares of runs; the sampling error of 5 % is 1.4 points.
 */
export async function benchExperiments(): Promise<object> {
  const metrics = [continuousMetric, conversionMetric, heavyTailMetric, clickThroughMetric];
  const nothing = metrics.map((metric) => ({
    metric: metric.name,
    ...verifyTests({ ...plan, metric, lift: 0, seed: `A/A ${metric.name}` }),
  }));
  const random = seededRandom('pilot');
  const units = Array.from({ length: 100_000 }, () => continuousMetric.draw(random, 0));
  const steps = playPower({
    ...{ ...plan, response: continuousMetric.response, lift, runs: 10_000, seed: 'plan', maximumLoss: null },
    baseline: baselineOf(units, false),
    unitsPerArm: plan.looks * plan.unitsPerLook,
  });
  let step = steps.next();
  while (!step.done) step = steps.next();
  return {
    plan,
    noEffect: nothing,
    trueLift: {
      lift,
      metric: continuousMetric.name,
      ...verifyTests({ ...plan, metric: continuousMetric, lift, seed: 'true lift' }),
      plannedPower: step.value,
    },
  };
}
