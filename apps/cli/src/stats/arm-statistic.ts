import {
  type CupedRatioSums,
  type CupedSums,
  cupedEstimate,
  cupedRatioEstimate,
  type Estimate,
  meanEstimate,
  meanSums,
  pooledRatioTheta,
  pooledTheta,
  proportionSums,
  ratioEstimate,
  type Sums,
} from '@kindling/experiments';
import { z } from 'zod';

const number = z.number();
const units = z.int().nonnegative();
/** A part of a larger statistic may leave out n: it is that of the whole. */
const sumsShape = z.discriminatedUnion('type', [
  z.object({ type: z.literal('mean'), n: units.optional(), sum: number, sum_squares: number }),
  z.object({ type: z.literal('proportion'), n: units.optional(), sum: number }),
]);
const meanArm = z.object({ type: z.literal('mean'), n: units, sum: number, sum_squares: number });
const proportionArm = z.object({ type: z.literal('proportion'), n: units, sum: number });
const ratioArm = z.object({ type: z.literal('ratio'), n: units, m: sumsShape, d: sumsShape, m_d: number });
const cupedArm = z.object({
  type: z.literal('mean_ra'),
  n: units,
  post: sumsShape,
  pre: sumsShape,
  post_pre: number,
});
const cupedRatioArm = z.object({
  type: z.literal('ratio_ra'),
  n: units,
  m_post: sumsShape,
  d_post: sumsShape,
  m_pre: sumsShape,
  d_pre: sumsShape,
  m_post_m_pre: number,
  d_post_d_pre: number,
  m_pre_d_pre: number,
  m_post_d_post: number,
  m_post_d_pre: number,
  m_pre_d_post: number,
});

/** What is known of an arm, as a file for `kindling stats` writes it: sums, and sums of products, over n units. */
export const armShape = z.discriminatedUnion('type', [
  meanArm,
  proportionArm,
  ratioArm,
  cupedArm,
  cupedRatioArm,
]);
export type Arm = z.output<typeof armShape>;

/** An arm within a stratum: means and proportions alone are brought to one mix. */
export const stratumArm = z.discriminatedUnion('type', [meanArm, proportionArm]);
export const stratumSums = (arm: z.output<typeof stratumArm>): Sums => sumsOf(arm, arm.n);

/** Both arms as estimates; theta of CUPED is pooled over the two. Throws a RangeError when their types differ. */
export function estimatesOf(a: Arm, b: Arm): { readonly a: Estimate; readonly b: Estimate } {
  if (a.type === 'mean_ra' && b.type === 'mean_ra') {
    const [first, second] = [cupedOf(a), cupedOf(b)];
    const theta = pooledTheta(first, second);
    return { a: cupedEstimate(first, theta), b: cupedEstimate(second, theta) };
  }
  if (a.type === 'ratio_ra' && b.type === 'ratio_ra') {
    const [first, second] = [cupedRatioOf(a), cupedRatioOf(b)];
    const theta = pooledRatioTheta(first, second);
    return { a: cupedRatioEstimate(first, theta), b: cupedRatioEstimate(second, theta) };
  }
  return { a: plainEstimate(a, b), b: plainEstimate(b, a) };
}

/** Pooled theta of two arms that have a covariate. */
export function thetaOf(a: Arm, b: Arm): number {
  if (a.type === 'mean_ra' && b.type === 'mean_ra') return pooledTheta(cupedOf(a), cupedOf(b));
  if (a.type === 'ratio_ra' && b.type === 'ratio_ra') {
    return pooledRatioTheta(cupedRatioOf(a), cupedRatioOf(b));
  }
  throw new RangeError(
    `Theta needs two arms of type mean_ra or two of ratio_ra, not ${a.type} and ${b.type}.`,
  );
}

function plainEstimate(arm: Arm, other: Arm): Estimate {
  if (arm.type === 'mean' || arm.type === 'proportion') return meanEstimate(sumsOf(arm, arm.n));
  if (arm.type === 'ratio') {
    return ratioEstimate({ m: sumsOf(arm.m, arm.n), d: sumsOf(arm.d, arm.n), products: arm.m_d });
  }
  throw new RangeError(`Both arms need the same covariate: a and b are ${arm.type} and ${other.type}.`);
}

function sumsOf(shape: z.output<typeof sumsShape>, n: number): Sums {
  if (shape.n !== undefined && shape.n !== n) {
    throw new RangeError(`All sums of an arm are over the same units: n is ${n} and ${shape.n}.`);
  }
  return shape.type === 'mean' ? meanSums(n, shape.sum, shape.sum_squares) : proportionSums(n, shape.sum);
}

const cupedOf = (arm: z.output<typeof cupedArm>): CupedSums => ({
  post: sumsOf(arm.post, arm.n),
  pre: sumsOf(arm.pre, arm.n),
  products: arm.post_pre,
});

const cupedRatioOf = (arm: z.output<typeof cupedRatioArm>): CupedRatioSums => ({
  mPost: sumsOf(arm.m_post, arm.n),
  dPost: sumsOf(arm.d_post, arm.n),
  mPre: sumsOf(arm.m_pre, arm.n),
  dPre: sumsOf(arm.d_pre, arm.n),
  mPostDPost: arm.m_post_d_post,
  mPostMPre: arm.m_post_m_pre,
  mPostDPre: arm.m_post_d_pre,
  dPostMPre: arm.m_pre_d_post,
  dPostDPre: arm.d_post_d_pre,
  mPreDPre: arm.m_pre_d_pre,
});
