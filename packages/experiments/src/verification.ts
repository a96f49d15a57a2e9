import { type Random, seededRandom } from '@kindling/domain';
import { bayesianReading, defaultPrior } from './bayes.js';
import { confidenceSequence } from './confidence-sequence.js';
import { compareArms } from './effect.js';
import { guardrail } from './guardrail.js';
import { SimulatedArm, simulatedEstimates } from './simulated-arm.js';
import type { SimulatedMetric } from './simulated-metric.js';
import { welchTest } from './welch.js';

export interface VerificationPlan {
  readonly metric: SimulatedMetric;
  /** True relative lift of arm b; 0 is an A/A test. */
  readonly lift: number;
  readonly runs: number;
  /** How often the results are looked at, the last time at the end. */
  readonly looks: number;
  /** Units that come to each arm between two looks. */
  readonly unitsPerLook: number;
  /** Results stay hidden until an arm has this many units: the sequence is asymptotic. */
  readonly minimumUnits: number;
  readonly alpha: number;
  readonly tuningSampleSize: number;
  readonly seed: string;
}

/** Shares of runs. "Ever" is over all looks, "at the end" for the last alone. */
export interface Verification {
  readonly sequential: TestRecord;
  readonly fixedHorizon: TestRecord;
  /** With the default prior; an interval of belief, which need not cover as often as a confidence interval does. */
  readonly bayesian: TestRecord;
  /** Runs in which a guardrail whose margin is just what the arm loses was called safe at any look; 0 without a loss. */
  readonly everFalselySafe: number;
}

export interface TestRecord {
  readonly everExcludedZero: number;
  readonly excludedZeroAtTheEnd: number;
  /** The interval held the true lift at every look. */
  readonly alwaysCovered: number;
  readonly coveredAtTheEnd: number;
}

/**
 * Plays experiments whose truth is known, with somebody who looks again and again, and counts how often the
 * always-valid sequence and the fixed-horizon test say something false, or find what is there.
 */
export function verifyTests(plan: VerificationPlan): Verification {
  const random = seededRandom(plan.seed);
  const counts = { sequential: emptyRecord(), fixedHorizon: emptyRecord(), bayesian: emptyRecord() };
  let falselySafe = 0;
  for (let run = 0; run < plan.runs; run++) {
    const seen = playOne(plan, random);
    if (seen.isFalselySafe) falselySafe += 1;
    for (const test of ['sequential', 'fixedHorizon', 'bayesian'] as const) {
      const { ever, end, alwaysCovered, covered } = seen[test];
      counts[test].everExcludedZero += Number(ever) / plan.runs;
      counts[test].excludedZeroAtTheEnd += Number(end) / plan.runs;
      counts[test].alwaysCovered += Number(alwaysCovered) / plan.runs;
      counts[test].coveredAtTheEnd += Number(covered) / plan.runs;
    }
  }
  return { ...counts, everFalselySafe: falselySafe / plan.runs };
}

const emptyRecord = () => ({
  everExcludedZero: 0,
  excludedZeroAtTheEnd: 0,
  alwaysCovered: 0,
  coveredAtTheEnd: 0,
});

function playOne(plan: VerificationPlan, random: Random) {
  const { metric, lift, alpha, tuningSampleSize } = plan;
  const [a, b] = [new SimulatedArm(), new SimulatedArm()];
  const record = () => ({ ever: false, end: false, alwaysCovered: true, covered: true });
  const [sequential, fixedHorizon, bayesian] = [record(), record(), record()];
  let isFalselySafe = false;
  for (let look = 1; look <= plan.looks; look++) {
    for (let unit = 0; unit < plan.unitsPerLook; unit++) {
      a.add(metric.draw(random, 0));
      b.add(metric.draw(random, lift));
    }
    if (a.n < plan.minimumUnits) continue;
    const result = compareArms(...simulatedEstimates(metric, a, b), 'relative');
    if (!result.ok) continue;
    note(sequential, confidenceSequence(result.effect, { alpha, tuningSampleSize }), lift);
    note(fixedHorizon, welchTest(result.effect, { alpha }), lift);
    note(bayesian, bayesianReading(result.effect, { alpha, prior: defaultPrior }), lift);
    if (lift < 0) {
      const watch = { margin: -lift, harm: 'decrease', alpha, tuningSampleSize } as const;
      isFalselySafe ||= guardrail(result.effect, watch).verdict === 'SAFE';
    }
  }
  return { sequential, fixedHorizon, bayesian, isFalselySafe };
}

function note(
  record: { ever: boolean; end: boolean; alwaysCovered: boolean; covered: boolean },
  { interval: [low, high] }: { readonly interval: readonly [number | null, number | null] },
  truth: number,
): void {
  const leavesOut = (value: number) => (low !== null && low > value) || (high !== null && high < value);
  record.end = leavesOut(0);
  record.covered = !leavesOut(truth);
  record.ever ||= record.end;
  record.alwaysCovered &&= record.covered;
}
