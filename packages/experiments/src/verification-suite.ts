import { seededRandom } from '@kindling/domain';
import { type Baseline, baselineOf } from './baseline.js';
import { type PlayedPower, playPower } from './played-power.js';
import { minimumDetectableLift } from './power.js';
import { adjustedValues } from './simulated-arm.js';
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
  /** What a plan says of these units and looks. */
  readonly planned: PlayedPower;
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
    const baseline = pilot(metric, Math.min(mostPilotUnits, 1_000 * runs));
    const { mean, variance } = baseline;
    const lift = minimumDetectableLift({ mean, variance, unitsPerArm, alpha, tuningSampleSize: null }, 0.8);
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
      planned: lastOf(
        playPower({
          ...{ baseline, response: metric.response, lift, unitsPerArm, looks, minimumUnits },
          ...{
            alpha,
            tuningSampleSize,
            maximumLoss: null,
            runs: Math.min(mostPlannedRuns, 10 * runs),
            seed: `plan ${name}`,
          },
        }),
      ),
    };
  }
}

function lastOf<Last>(steps: Generator<void, Last>): Last {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Sampling error of a power of 80 %: 0.4 points. A plan is ten times as precise as what it is held against, up to here. */
const mostPlannedRuns = 10_000;
/** So many that a plan's error is its own: a heavy tail's variance is known to 4 % by then. */
const mostPilotUnits = 1_000_000;

/** Units as a catalogue would know them, of another time. */
function pilot(metric: SimulatedMetric, size: number): Baseline {
  const random = seededRandom(`pilot ${metric.name}`);
  const units = Array.from({ length: size }, () => metric.draw(random, 0));
  return baselineOf(adjustedValues(metric, units), metric.ratio);
}
