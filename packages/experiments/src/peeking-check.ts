import { type Random, seededRandom } from '@kindling/domain';
import type { UnitValue } from './baseline.js';
import { confidenceSequence } from './confidence-sequence.js';
import { compareArms } from './effect.js';
import { type Estimate, meanEstimate } from './estimate.js';
import { meanSums } from './moments.js';
import { ratioEstimate } from './ratio.js';
import { welchTest } from './welch.js';

export interface PeekingPlan {
  readonly isRatio: boolean;
  readonly runs: number;
  readonly looks: number;
  readonly unitsPerLook: number;
  /** Of an arm, before the first look. */
  readonly minimumUnits: number;
  readonly alpha: number;
  readonly tuningSampleSize: number;
  readonly seed: string;
}

export interface PeekingResult {
  readonly runs: number;
  readonly looks: number;
  /** Share of the runs in which any look found a difference, though there was none. */
  readonly sequential: number;
  readonly fixedHorizon: number;
}

/**
 * An A/A test on a catalogue's own units: both arms are drawn (with replacement) from what real units did, so that
 * there is nothing to find, and somebody looks again and again. Yields after every run, so that a server can breathe
 * in between.
 */
export function* peekingCheck(
  values: readonly UnitValue[],
  plan: PeekingPlan,
): Generator<void, PeekingResult> {
  const random = seededRandom(plan.seed);
  let [sequential, fixedHorizon] = [0, 0];
  for (let run = 0; run < plan.runs; run++) {
    const found = playOne(values, plan, random);
    sequential += Number(found.sequential);
    fixedHorizon += Number(found.fixedHorizon);
    yield;
  }
  return {
    runs: plan.runs,
    looks: plan.looks,
    sequential: sequential / plan.runs,
    fixedHorizon: fixedHorizon / plan.runs,
  };
}

function playOne(values: readonly UnitValue[], plan: PeekingPlan, random: Random) {
  const { alpha, tuningSampleSize } = plan;
  const arms = [emptyArm(), emptyArm()] as const;
  const found = { sequential: false, fixedHorizon: false };
  for (let look = 0; look < plan.looks; look++) {
    for (const arm of arms) {
      for (let unit = 0; unit < plan.unitsPerLook; unit++) {
        add(arm, values[Math.floor(random() * values.length)] ?? { y: 0, x: 0 });
      }
    }
    if (arms[0].n < plan.minimumUnits) continue;
    const result = compareArms(
      estimateOf(arms[0], plan.isRatio),
      estimateOf(arms[1], plan.isRatio),
      'relative',
    );
    if (!result.ok) continue;
    found.sequential ||= confidenceSequence(result.effect, { alpha, tuningSampleSize }).p < alpha;
    found.fixedHorizon ||= welchTest(result.effect, { alpha }).p < alpha;
    if (found.sequential && found.fixedHorizon) break;
  }
  return found;
}

const emptyArm = () => ({ n: 0, y: 0, yy: 0, x: 0, xx: 0, xy: 0 });
type Arm = ReturnType<typeof emptyArm>;

function add(arm: Arm, { y, x }: UnitValue): void {
  arm.n += 1;
  arm.y += y;
  arm.yy += y * y;
  arm.x += x;
  arm.xx += x * x;
  arm.xy += x * y;
}

function estimateOf({ n, y, yy, x, xx, xy }: Arm, isRatio: boolean): Estimate {
  const m = meanSums(n, y, yy);
  return isRatio ? ratioEstimate({ m, d: meanSums(n, x, xx), products: xy }) : meanEstimate(m);
}
