import type { Estimate } from './estimate.js';
import { covarianceOf, meanOf, type Sums, varianceOf } from './moments.js';

/** Numerator m and denominator d of the same units (clicks and impressions of a profile, say). */
export interface RatioSums {
  readonly m: Sums;
  readonly d: Sums;
  /** Sum over units of m times d. */
  readonly products: number;
}

/**
 * A ratio of means. Delta method: var = s2_m/d^2 + s2_d m^2/d^4 - 2 cov m/d^3, over n.
 * Source: Deng, Knoblich, Lu, "Applying the delta method in metric analytics" (2018).
 */
export function ratioEstimate({ m, d, products }: RatioSums): Estimate {
  const value = ratioOf(m, d);
  const gradient = ratioGradient(m, d);
  const covariance = covarianceOf(m, d, products);
  return {
    n: m.n,
    value,
    gradient,
    reference: value,
    referenceGradient: gradient,
    level: value,
    covariance: [
      [varianceOf(m), covariance],
      [covariance, varianceOf(d)],
    ],
  };
}

/** Zero when nothing was counted below the line: there is no ratio yet. */
export const ratioOf = (m: Sums, d: Sums): number => (d.sum === 0 ? 0 : m.sum / d.sum);

export function ratioGradient(m: Sums, d: Sums): readonly [number, number] {
  const below = meanOf(d);
  return below === 0 ? [0, 0] : [1 / below, -meanOf(m) / below ** 2];
}
