import { seededRandom } from '@kindling/domain';
import { unitVariance } from './estimate.js';
import { minimumDetectableLift, powerOfLift, sequenceCrossingPower } from './power.js';
import { SimulatedArm, simulatedEstimates } from './simulated-arm.js';
import {
  channelMetric,
  clickThroughMetric,
  continuousMetric,
  conversionMetric,
  heavyTailMetric,
  pastMetric,
  type SimulatedMetric,
} from './simulated-metric.js';
import { type Verification, type VerificationPlan, verifyTests } from './verification.js';

/** One metric, played without an effect, with a lift that is to be found, and with a loss of a guardrail's margin. */
export interface VerifiedMetric {
  readonly metric: string;
  readonly unitsPerArm: number;
  readonly looks: number;
  readonly noEffect: Verification;
  /** The lift that a t-test at the end finds with a chance of 80 %. */
  readonly lift: number;
  readonly trueLift: Verification;
  readonly loss: Verification;
  /** At the end, by the formulas that plan an experiment. */
  readonly planned: { readonly sequential: number; readonly fixedHorizon: number };
}

interface Scene {
  readonly name: string;
  readonly metric: SimulatedMetric;
  readonly looks: number;
  readonly unitsPerLook: number;
}

const peeked = [
  continuousMetric,
  conversionMetric,
  heavyTailMetric,
  clickThroughMetric,
  pastMetric,
  channelMetric,
];
/** Looked at after every forty units an arm, and once with few units. */
const scenes: readonly Scene[] = [
  ...peeked.map((metric) => ({ name: metric.name, metric, looks: 50, unitsPerLook: 40 })),
  { name: 'continuous, 15 units', metric: continuousMetric, looks: 1, unitsPerLook: 15 },
  { name: 'conversion, 1,000 units', metric: conversionMetric, looks: 1, unitsPerLook: 1_000 },
];
const alpha = 0.05;

/** Everything that the results promise, played `runs` times a metric; the seeds are fixed. */
export function* verificationSuite(runs: number): Generator<VerifiedMetric> {
  for (const { name, metric, looks, unitsPerLook } of scenes) {
    const unitsPerArm = looks * unitsPerLook;
    const minimumUnits = looks === 1 ? unitsPerLook : 200;
    const tuningSampleSize = 2 * unitsPerArm;
    const power = { ...pilot(metric), unitsPerArm, alpha };
    const lift = minimumDetectableLift({ ...power, tuningSampleSize: null }, 0.8);
    if (lift === null) throw new RangeError(`No lift of ${name} can be found with ${unitsPerArm} units.`);
    const plan: Omit<VerificationPlan, 'lift' | 'seed'> = {
      ...{ metric, runs, looks, unitsPerLook, minimumUnits, alpha, tuningSampleSize },
    };
    yield {
      metric: name,
      unitsPerArm,
      looks,
      noEffect: verifyTests({ ...plan, lift: 0, seed: `no effect ${name}` }),
      lift,
      trueLift: verifyTests({ ...plan, lift, seed: `true lift ${name}` }),
      loss: verifyTests({ ...plan, lift: -lift, seed: `loss ${name}` }),
      planned: {
        sequential: sequenceCrossingPower({ ...power, tuningSampleSize }, lift),
        fixedHorizon: powerOfLift({ ...power, tuningSampleSize: null }, lift),
      },
    };
  }
}

/** Mean and variance of a unit, as a catalogue would know them: from units of another time. */
function pilot(metric: SimulatedMetric): { readonly mean: number; readonly variance: number } {
  const random = seededRandom(`pilot ${metric.name}`);
  const arms = [new SimulatedArm(), new SimulatedArm()] as const;
  for (let unit = 0; unit < 100_000; unit++) for (const arm of arms) arm.add(metric.draw(random, 0));
  const [estimate] = simulatedEstimates(metric, ...arms);
  return { mean: metric.mean, variance: unitVariance(estimate) };
}
