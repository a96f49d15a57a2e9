import {
  deltaVariance,
  minimumDetectableLift,
  powerOfLift,
  proportionVariances,
  unitsPerArm,
} from '@kindling/experiments';
import { z } from 'zod';
import { kind } from './kind.js';

const positive = z.number().positive();
const share = z.number().gt(0).lt(1);
const plan = z.object({
  mean: z.number(),
  variance: positive,
  n_total: positive,
  variations: z.int().min(2).default(2),
  alpha: share.default(0.05),
  /** N of the confidence sequence, or false for one fixed look. */
  sequential: z.union([z.literal(false), z.number().nonnegative()]).default(false),
});
const sizing = {
  abs_mde: positive.optional(),
  rel_mde: positive.optional(),
  alpha: share.default(0.05),
  power: share.default(0.8),
  arms: z.int().min(2).default(2),
};

/** Kinds that plan an experiment before it starts. */
export const planningKinds = {
  delta_variance: kind(
    z.object({
      varA: z.number().nonnegative(),
      meanA: z.number(),
      nA: positive,
      varB: z.number().nonnegative(),
      meanB: z.number(),
      nB: positive,
      relative: z.boolean(),
    }),
    ({ varA, meanA, nA, varB, meanB, nB, relative }) => ({
      variance: deltaVariance(
        { variance: varA, mean: meanA, n: nA },
        { variance: varB, mean: meanB, n: nB },
        relative,
      ),
    }),
  ),
  power_relative: kind(plan.extend({ effect: z.number() }), (input) => ({
    power: powerOfLift(planOf(input), input.effect),
  })),
  mde_relative: kind(plan.extend({ power: share }), (input) => {
    const mde = minimumDetectableLift(planOf(input), input.power);
    if (mde === null) {
      throw new RangeError('No lift is large enough for so few units: raise n_total, or lower the power.');
    }
    return { mde };
  }),
  sample_size: kind(
    z.discriminatedUnion('metric', [
      z.object({
        metric: z.literal('continuous'),
        variance: positive,
        mean: z.number().optional(),
        ...sizing,
      }),
      z.object({ metric: z.literal('binomial'), baseline: z.number().min(0).max(1), ...sizing }),
    ]),
    (input) => {
      const { alpha, power, arms } = input;
      const effect = effectOf(input, input.metric === 'binomial' ? input.baseline : input.mean);
      const variances =
        input.metric === 'binomial'
          ? proportionVariances(input.baseline, effect)
          : { varianceControl: input.variance, varianceTreatment: input.variance };
      const each = unitsPerArm({ effect, ...variances, alpha, power });
      return { n_total: each * arms, n_per_arm: each };
    },
  ),
};

function planOf({ mean, variance, n_total, variations, alpha, sequential }: z.output<typeof plan>) {
  if (mean === 0) throw new RangeError('input.mean: a relative effect needs a mean that is not 0');
  const tuningSampleSize = sequential === false || sequential === 0 ? null : sequential;
  return { mean, variance, unitsPerArm: n_total / variations, alpha, tuningSampleSize };
}

function effectOf(
  sizes: { readonly abs_mde?: number | undefined; readonly rel_mde?: number | undefined },
  base: number | undefined,
): number {
  if (sizes.abs_mde !== undefined) return sizes.abs_mde;
  if (sizes.rel_mde !== undefined && base !== undefined) return Math.abs(sizes.rel_mde * base);
  throw new RangeError('input: give abs_mde, or rel_mde with the mean (baseline of a binomial metric)');
}
