import {
  clickThroughMetric,
  continuousMetric,
  conversionMetric,
  heavyTailMetric,
  powerOfLift,
  sequenceCrossingPower,
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
  const power = { mean: 10, variance: 25, unitsPerArm: plan.looks * plan.unitsPerLook, alpha: plan.alpha };
  return {
    plan,
    noEffect: nothing,
    trueLift: {
      lift,
      metric: continuousMetric.name,
      ...verifyTests({ ...plan, metric: continuousMetric, lift, seed: 'true lift' }),
      plannedPower: {
        fixedHorizon: powerOfLift({ ...power, tuningSampleSize: null }, lift),
        sequentialAtTheEnd: sequenceCrossingPower(
          { ...power, tuningSampleSize: plan.tuningSampleSize },
          lift,
        ),
        sequentialVarianceConvention: powerOfLift(
          { ...power, tuningSampleSize: plan.tuningSampleSize },
          lift,
        ),
      },
    },
  };
}
