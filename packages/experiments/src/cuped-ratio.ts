import { type Estimate, quadraticForm } from './estimate.js';
import { covarianceOf, type Sums, varianceOf } from './moments.js';
import { ratioGradient, ratioOf } from './ratio.js';

/** A ratio metric after and before the start; each product is a sum over the same units. */
export interface CupedRatioSums {
  readonly mPost: Sums;
  readonly dPost: Sums;
  readonly mPre: Sums;
  readonly dPre: Sums;
  readonly mPostDPost: number;
  readonly mPostMPre: number;
  readonly mPostDPre: number;
  readonly dPostMPre: number;
  readonly dPostDPre: number;
  readonly mPreDPre: number;
}

/**
 * CUPED for ratios: m/d - theta m'/d', linearised by the delta method over the four means; theta is the covariance
 * of the two linearised ratios over the variance of the one before, each summed over the arms.
 * Source: Deng et al. (2013), appendix on ratio metrics.
 */
export function pooledRatioTheta(a: CupedRatioSums, b: CupedRatioSums): number {
  let covariance = 0;
  let variance = 0;
  for (const arm of [a, b]) {
    const matrix = covarianceMatrix(arm);
    const post = [...ratioGradient(arm.mPost, arm.dPost), 0, 0];
    const pre = [0, 0, ...ratioGradient(arm.mPre, arm.dPre)];
    covariance += quadraticForm(post, matrix, pre);
    variance += quadraticForm(pre, matrix);
  }
  return variance === 0 ? 0 : covariance / variance;
}

export function cupedRatioEstimate(sums: CupedRatioSums, theta: number): Estimate {
  const reference = ratioOf(sums.mPost, sums.dPost);
  const post = ratioGradient(sums.mPost, sums.dPost);
  const [m, d] = ratioGradient(sums.mPre, sums.dPre);
  const value = reference - theta * ratioOf(sums.mPre, sums.dPre);
  return {
    n: sums.mPost.n,
    value,
    level: value,
    gradient: [...post, -theta * m, -theta * d],
    reference,
    referenceGradient: [...post, 0, 0],
    covariance: covarianceMatrix(sums),
  };
}

/** Of one unit, in the order m, d after the start, m, d before it. */
function covarianceMatrix(sums: CupedRatioSums): number[][] {
  const { mPost, dPost, mPre, dPre } = sums;
  const [postPost, mm] = [
    covarianceOf(mPost, dPost, sums.mPostDPost),
    covarianceOf(mPost, mPre, sums.mPostMPre),
  ];
  const [md, dm] = [covarianceOf(mPost, dPre, sums.mPostDPre), covarianceOf(dPost, mPre, sums.dPostMPre)];
  const [dd, prePre] = [covarianceOf(dPost, dPre, sums.dPostDPre), covarianceOf(mPre, dPre, sums.mPreDPre)];
  return [
    [varianceOf(mPost), postPost, mm, md],
    [postPost, varianceOf(dPost), dm, dd],
    [mm, dm, varianceOf(mPre), prePre],
    [md, dd, prePre, varianceOf(dPre)],
  ];
}
