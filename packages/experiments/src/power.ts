import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { sequenceMultiplier } from './confidence-sequence.js';

/** A planned comparison of two of the arms, on the relative lift. */
export interface PowerPlan {
  /** Mean and unit variance of the metric today. */
  readonly mean: number;
  readonly variance: number;
  readonly unitsPerArm: number;
  readonly alpha: number;
  /** N of the confidence sequence that will read it; null for one fixed look. */
  readonly tuningSampleSize: number | null;
}

/**
 * Variance of the difference of two means, absolute or relative to the first, by the delta method:
 * var_a/n_a + var_b/n_b, or var_b/(a^2 n_b) + var_a b^2/(a^4 n_a).
 */
export function deltaVariance(
  a: { readonly mean: number; readonly variance: number; readonly n: number },
  b: { readonly mean: number; readonly variance: number; readonly n: number },
  relative: boolean,
): number {
  const [partA, partB] = [a.variance / a.n, b.variance / b.n];
  return relative ? partB / a.mean ** 2 + (partA * b.mean ** 2) / a.mean ** 4 : partA + partB;
}

/**
 * Chance that a two-sided test finds a true relative lift: 1 - Phi(z - e/SE) + Phi(-z - e/SE). With a confidence
 * sequence, SE is the one whose fixed interval is as wide as the sequence (the "sequential variance").
 *
 * A convention that published tools share: the treatment's variance is taken to be the control's, and the sequential
 * variance is not the chance that the sequence excludes zero. `estimatePower` plans without either.
 */
export function powerOfLift(plan: PowerPlan, lift: number): number {
  const z = criticalValue(plan.alpha);
  const shift = lift / Math.sqrt(liftVariance(plan, lift) * widening(plan));
  return normalCdf(shift - z, 0, 1) + normalCdf(-z - shift, 0, 1);
}

/**
 * Smallest positive relative lift found with this power. With c = (z_alpha/2 + z_power)^2 var/(mean^2 n), the lift d
 * solves d^2 = c (1 + (1 + d)^2), so d = (c + sqrt(2c - c^2))/(1 - c); null when c >= 1: no lift is large enough.
 */
export function minimumDetectableLift(plan: PowerPlan, power: number): number | null {
  const z = criticalValue(plan.alpha) + normalQuantile(power, 0, 1);
  const c = (z ** 2 * plan.variance * widening(plan)) / (plan.mean ** 2 * plan.unitsPerArm);
  return c >= 1 ? null : (c + Math.sqrt(c * (2 - c))) / (1 - c);
}

const criticalValue = (alpha: number) => -normalQuantile(alpha / 2, 0, 1);

/** By how much the sequence's variance exceeds the fixed one. */
const widening = ({ unitsPerArm, alpha, tuningSampleSize }: PowerPlan) =>
  tuningSampleSize === null
    ? 1
    : (sequenceMultiplier(2 * unitsPerArm, alpha, tuningSampleSize) / criticalValue(alpha)) ** 2;

function liftVariance({ mean, variance, unitsPerArm: n }: PowerPlan, lift: number): number {
  return deltaVariance({ mean, variance, n }, { mean: mean * (1 + lift), variance, n }, true);
}
