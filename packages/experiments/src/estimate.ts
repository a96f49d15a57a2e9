import { meanOf, type Sums, varianceOf } from './moments.js';

/**
 * A metric of one arm as a smooth function of the means of a few variables (delta method).
 *
 * `value` is the metric, adjusted when a covariate is used; `reference` the same without adjustment, which is what a
 * relative lift divides by. Gradients are taken at the observed means; `covariance` is that of one unit.
 */
export interface Estimate {
  readonly n: number;
  readonly value: number;
  readonly gradient: readonly number[];
  readonly reference: number;
  readonly referenceGradient: readonly number[];
  /** Where the slope of a relative lift is taken: `value`, or with a covariate whose means are equal, `reference`. */
  readonly level: number;
  readonly covariance: readonly (readonly number[])[];
}

/** Variance of a linear form of one unit's variables: g' C g. Divide by n for that of its mean. */
export function quadraticForm(
  gradient: readonly number[],
  covariance: readonly (readonly number[])[],
  other: readonly number[] = gradient,
): number {
  let total = 0;
  for (const [row, left] of gradient.entries()) {
    for (const [column, right] of other.entries()) total += left * (covariance[row]?.[column] ?? 0) * right;
  }
  return total;
}

/** Variance of one unit: the arm's squared standard error is this over n. */
export const unitVariance = ({ gradient, covariance }: Estimate): number =>
  Math.max(0, quadraticForm(gradient, covariance));

/** m and s2/n: the mean of a metric, or the share of units that did it. */
export function meanEstimate(sums: Sums): Estimate {
  const mean = meanOf(sums);
  return {
    n: sums.n,
    value: mean,
    gradient: [1],
    reference: mean,
    referenceGradient: [1],
    level: mean,
    covariance: [[varianceOf(sums)]],
  };
}
