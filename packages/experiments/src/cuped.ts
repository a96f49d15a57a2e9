import type { Estimate } from './estimate.js';
import { covarianceOf, meanOf, pool, type Sums, varianceOf } from './moments.js';

/** A metric and its value before the experiment, of the same units. */
export interface CupedSums {
  readonly post: Sums;
  readonly pre: Sums;
  /** Sum over units of post times pre. */
  readonly products: number;
}

/**
 * CUPED: y - theta x has the same difference between arms and less variance, x being known before assignment.
 * Source: Deng, Xu, Kohavi, Walker, "Improving the sensitivity of online controlled experiments by utilizing
 * pre-experiment data" (2013). Theta is pooled, so that no arm's own outcome chooses it.
 */
export function pooledTheta(a: CupedSums, b: CupedSums): number {
  const post = pool(a.post, b.post);
  const pre = pool(a.pre, b.pre);
  const variance = varianceOf(pre);
  if (variance === 0 || varianceOf(post) === 0) return 0;
  return covarianceOf(post, pre, a.products + b.products) / variance;
}

export function cupedEstimate({ post, pre, products }: CupedSums, theta: number): Estimate {
  const covariance = covarianceOf(post, pre, products);
  return {
    n: post.n,
    value: meanOf(post) - theta * meanOf(pre),
    gradient: [1, -theta],
    reference: meanOf(post),
    referenceGradient: [1, 0],
    // before the start the arms differ by chance alone, so the plain gap is the better known one
    level: meanOf(post),
    covariance: [
      [varianceOf(post), covariance],
      [covariance, varianceOf(pre)],
    ],
  };
}
