import { seededRandom } from '@kindling/domain';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import type { Baseline } from './baseline.js';
import { bayesianReading, defaultPrior, isBaselineKnown } from './bayes.js';
import { sequenceMultiplier } from './confidence-sequence.js';
import { type DrawnSums, SumsSampler } from './drawn-sums.js';
import { type LiftResponse, liftedVariance } from './lift-response.js';
import { deltaVariance } from './power.js';
import { welchCriticalValue } from './welch-degrees.js';

export interface PlayedPlan {
  readonly baseline: Baseline;
  readonly response: LiftResponse;
  /** True relative lift of the treatment. */
  readonly lift: number;
  readonly unitsPerArm: number;
  /** Looks at equal steps, the last with all units. */
  readonly looks: number;
  /** An arm with fewer units is not looked at. */
  readonly minimumUnits: number;
  readonly alpha: number;
  /** N of the confidence sequence, of both arms together. */
  readonly tuningSampleSize: number;
  /** Expected loss that a Bayesian rule accepts; null: it is not played. */
  readonly maximumLoss: number | null;
  readonly runs: number;
  readonly seed: string;
}

/** Shares of the runs in which zero was left out, or the treatment was taken. */
export interface PlayedPower {
  readonly fixedHorizon: number;
  readonly sequentialAtTheEnd: number;
  /** At any look: whoever stops at the first one that says something stops there. */
  readonly sequentialEver: number;
  /** The first look at which an expected loss was small enough spoke for the treatment; null: not played. */
  readonly bayesian: number | null;
}

/**
 * The chance that an experiment finds a lift, by playing it on the units of the baseline: the control draws from them,
 * the treatment from the same with mean and variance under the lift. A formula from mean and variance is off by up to
 * eight points where the lift or the tail is large, because the estimated variance follows the estimated mean; here
 * both come from the same drawn units. Yields after every run, so that a server can breathe in between.
 */
export function* playPower(plan: PlayedPlan): Generator<void, PlayedPower> {
  const { baseline, lift, unitsPerArm, looks, minimumUnits, alpha, tuningSampleSize, runs } = plan;
  const { maximumLoss } = plan;
  const random = seededRandom(plan.seed);
  const sampler = new SumsSampler(baseline.distances, unitsPerArm);
  const scale = Math.sqrt(Math.max(0, liftedVariance(baseline, lift, plan.response)) / baseline.variance);
  const treatedMean = baseline.mean * (1 + lift);
  const sizes = Array.from({ length: looks }, (_, at) => Math.round((unitsPerArm * (at + 1)) / looks));
  const bounds = sizes.map((n) => sequenceMultiplier(2 * n, alpha, tuningSampleSize));
  const leastT = -normalQuantile(alpha / 2, 0, 1);
  const found = { fixedHorizon: 0, sequentialAtTheEnd: 0, sequentialEver: 0, bayesian: 0 };
  for (let run = 0; run < runs; run++) {
    let [a, b] = [nothing, nothing];
    let [ever, end] = [false, false];
    let taken: boolean | null = null;
    for (let look = 0; look < looks; look++) {
      const more = (sizes[look] ?? 0) - a.n;
      a = add(a, sampler.draw(more, random));
      b = add(b, sampler.draw(more, random));
      if (a.n < Math.min(minimumUnits, unitsPerArm)) continue;
      const control = armOf(a, baseline.mean, 1);
      const treatment = armOf(b, treatedMean, scale);
      const difference = (treatment.mean - control.mean) / control.mean;
      const standardError = Math.sqrt(deltaVariance(control, treatment, true));
      const z = Math.abs(difference) / standardError;
      if (
        maximumLoss !== null &&
        taken === null &&
        isBaselineKnown(control.mean, control.variance / control.n)
      ) {
        const { risk } = bayesianReading({ difference, standardError }, { alpha, prior: defaultPrior });
        if (Math.min(...risk) < maximumLoss) taken = risk[1] < risk[0];
      }
      end = z > (bounds[look] ?? Number.POSITIVE_INFINITY);
      ever ||= end;
      const isLast = look === looks - 1;
      // the t is never below the normal's quantile, and much dearer
      if (isLast && z > leastT && z > welchCriticalValue(control, treatment, alpha)) found.fixedHorizon += 1;
    }
    found.sequentialAtTheEnd += Number(end);
    found.sequentialEver += Number(ever);
    found.bayesian += Number(taken ?? false);
    yield;
  }
  return {
    fixedHorizon: found.fixedHorizon / runs,
    sequentialAtTheEnd: found.sequentialAtTheEnd / runs,
    sequentialEver: found.sequentialEver / runs,
    bayesian: maximumLoss === null ? null : found.bayesian / runs,
  };
}

const nothing: DrawnSums = { n: 0, sum: 0, squares: 0 };
const add = (one: DrawnSums, more: DrawnSums): DrawnSums => ({
  n: one.n + more.n,
  sum: one.sum + more.sum,
  squares: one.squares + more.squares,
});

/** Mean and unit variance of an arm whose drawn units are stretched by `scale` around `centre`. */
function armOf({ n, sum, squares }: DrawnSums, centre: number, scale: number) {
  return {
    n,
    mean: centre + (scale * sum) / n,
    variance: Math.max(0, (scale ** 2 * (squares - sum ** 2 / n)) / (n - 1)),
  };
}
