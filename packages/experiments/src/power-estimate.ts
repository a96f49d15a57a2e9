import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import type { Baseline } from './baseline.js';
import { type LiftResponse, liftedVariance } from './lift-response.js';
import { playPower } from './played-power.js';
import { deltaVariance } from './power.js';
import type { Stopping } from './stopping-rule.js';

export interface PowerQuestion {
  readonly response: LiftResponse;
  /** New units that come to the placements a day. */
  readonly unitsPerDay: number;
  readonly lift: number;
  readonly power: number;
  readonly alpha: number;
  readonly arms: number;
  /** Share of the units that is let in. */
  readonly share: number;
  /** FIXED_HORIZON: one look at the end · else at 28 looks, the first that says something. */
  readonly stopping: Stopping;
  /** An arm with fewer units is not looked at. */
  readonly minimumUnits: number;
  readonly seed: string;
}

export interface PowerEstimate {
  readonly unitsPerArm: number;
  readonly days: number;
  /** Chance that this very number of units finds the lift, played on the units of the baseline. */
  readonly power: number;
  readonly byDays: readonly { readonly days: number; readonly minimumDetectableLift: number | null }[];
}

const mostUnits = 1e9;
const shownDays = [3, 7, 10, 14, 21, 28, 42, 56] as const;
/** Sampling error of a power of 80 %: 0.6 points. */
const runs = 4_000;
/** While it is still being looked for. */
const roughRuns = 1_000;
/** As if looked at daily for four weeks; a hundred looks would find a lift in less than one more of a hundred runs. */
const looks = 28;
const roughTries = 1;
const mostTries = 7;
const closeEnough = 0.01;

/**
 * The units an arm that find a lift with the wanted chance by the stopping rule: by the sequence at any look until then,
 * by the t-test at one look at the end, or by an expected loss that is small enough for the arm before it is for the control. A lift counts in standard errors of the difference, to which its variance under the lift
 * belongs; how many of them a power needs is found by playing, from what the normal formula says.
 * The sequence is tuned to the units that it is planned for. Null when no traffic could find it.
 */
export function* estimatePower(
  baseline: Baseline,
  question: PowerQuestion,
): Generator<void, PowerEstimate | null> {
  const { response, unitsPerDay, lift, power, alpha, arms, share, stopping, minimumUnits, seed } = question;
  if (!(baseline.mean > 0) || !(baseline.variance > 0)) return null;
  const perComparison = alpha / (arms - 1);
  let needed = standardErrorsOfOneLook(perComparison, power);
  let best: { needed: number; unitsPerArm: number; played: number } | undefined;
  for (let attempt = 0; attempt < mostTries; attempt++) {
    const unitsPerArm = Math.ceil((needed / inStandardErrors(baseline, response, lift, 1)) ** 2);
    if (!(unitsPerArm <= mostUnits)) return null;
    const isRough = attempt < roughTries;
    const found = yield* playPower({
      ...{ baseline, response, lift, minimumUnits, seed },
      unitsPerArm: Math.max(2, unitsPerArm),
      alpha: perComparison,
      tuningSampleSize: 2 * unitsPerArm,
      looks: stopping.rule === 'FIXED_HORIZON' ? 1 : looks,
      maximumLoss: stopping.rule === 'BAYESIAN' ? stopping.maximumLoss : null,
      runs: isRough ? roughRuns : runs,
    });
    const played =
      found.bayesian ?? (stopping.rule === 'FIXED_HORIZON' ? found.fixedHorizon : found.sequentialEver);
    const isBetter = best === undefined || Math.abs(played - power) < Math.abs(best.played - power);
    if (!isRough && isBetter) best = { needed, unitsPerArm: Math.max(2, unitsPerArm), played };
    if (best && Math.abs(best.played - power) < closeEnough) break;
    needed = Math.max(needed / 2, needed + probit(power) - probit(played));
  }
  if (!best) return null;
  const { unitsPerArm, played } = best;
  const armsPerDay = (unitsPerDay * share) / arms;
  return {
    unitsPerArm,
    days: armsPerDay > 0 ? Math.ceil(unitsPerArm / armsPerDay) : Number.POSITIVE_INFINITY,
    power: played,
    byDays: shownDays.map((days) => {
      const units = Math.floor(armsPerDay * days);
      return {
        days,
        minimumDetectableLift: units < 2 ? null : smallestLift(baseline, response, units, best.needed),
      };
    }),
  };
}

/** A true lift over the standard error of what will be measured, by the delta method; 0 where no such lift can be. */
function inStandardErrors(baseline: Baseline, response: LiftResponse, lift: number, units: number): number {
  const { mean, variance } = baseline;
  const treated = liftedVariance(baseline, lift, response);
  if (!(treated > 0)) return 0;
  const control = { mean, variance, n: units };
  return (
    lift / Math.sqrt(deltaVariance(control, { mean: mean * (1 + lift), variance: treated, n: units }, true))
  );
}

/** The smallest lift that is so many standard errors large, which grows with the lift; null when none is. */
function smallestLift(
  baseline: Baseline,
  response: LiftResponse,
  units: number,
  needed: number,
): number | null {
  const largeEnough = (lift: number) => inStandardErrors(baseline, response, lift, units) >= needed;
  let high = 1e-6;
  while (!largeEnough(high)) {
    high *= 1.5;
    if (high > largestLift) return null;
  }
  let low = high / 1.5;
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (largeEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

const largestLift = 1_000;
const standardErrorsOfOneLook = (alpha: number, power: number) =>
  normalQuantile(power, 0, 1) - normalQuantile(alpha / 2, 0, 1);
/** Shares of runs are never quite 0 or 1. */
const probit = (chance: number) => normalQuantile(Math.min(0.999, Math.max(0.001, chance)), 0, 1);
