import { type Random, seededRandom } from '@kindling/domain';
import { confidenceSequence } from './confidence-sequence.js';
import { compareArms } from './effect.js';
import { type Estimate, meanEstimate } from './estimate.js';
import { meanSums } from './moments.js';
import { ratioEstimate } from './ratio.js';
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
  const counts = { sequential: emptyRecord(), fixedHorizon: emptyRecord() };
  for (let run = 0; run < plan.runs; run++) {
    const seen = playOne(plan, random);
    for (const test of ['sequential', 'fixedHorizon'] as const) {
      const { ever, end, alwaysCovered, covered } = seen[test];
      counts[test].everExcludedZero += Number(ever) / plan.runs;
      counts[test].excludedZeroAtTheEnd += Number(end) / plan.runs;
      counts[test].alwaysCovered += Number(alwaysCovered) / plan.runs;
      counts[test].coveredAtTheEnd += Number(covered) / plan.runs;
    }
  }
  return counts;
}

const emptyRecord = () => ({
  everExcludedZero: 0,
  excludedZeroAtTheEnd: 0,
  alwaysCovered: 0,
  coveredAtTheEnd: 0,
});

function playOne(plan: VerificationPlan, random: Random) {
  const { metric, lift, alpha, tuningSampleSize } = plan;
  const arms = { a: emptyArm(), b: emptyArm() };
  const sequential = { ever: false, end: false, alwaysCovered: true, covered: true };
  const fixedHorizon = { ever: false, end: false, alwaysCovered: true, covered: true };
  for (let look = 1; look <= plan.looks; look++) {
    for (let unit = 0; unit < plan.unitsPerLook; unit++) {
      count(arms.a, metric.draw(random, 0));
      count(arms.b, metric.draw(random, lift));
    }
    if (arms.a.n < plan.minimumUnits) continue;
    const result = compareArms(estimateOf(arms.a, metric), estimateOf(arms.b, metric), 'relative');
    if (!result.ok) continue;
    note(sequential, confidenceSequence(result.effect, { alpha, tuningSampleSize }), lift);
    note(fixedHorizon, welchTest(result.effect, { alpha }), lift);
  }
  return { sequential, fixedHorizon };
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

/** Plain sums: a simulation need not be merged, and runs through millions of units. */
const emptyArm = () => ({ n: 0, y: 0, yy: 0, x: 0, xx: 0, xy: 0 });

function count(arm: ReturnType<typeof emptyArm>, { y, x }: { readonly y: number; readonly x: number }): void {
  arm.n += 1;
  arm.y += y;
  arm.yy += y * y;
  arm.x += x;
  arm.xx += x * x;
  arm.xy += x * y;
}

function estimateOf({ n, y, yy, x, xx, xy }: ReturnType<typeof emptyArm>, metric: SimulatedMetric): Estimate {
  const m = meanSums(n, y, yy);
  return metric.ratio ? ratioEstimate({ m, d: meanSums(n, x, xx), products: xy }) : meanEstimate(m);
}
