import { seededRandom } from '@kindling/domain';
import {
  banditShares,
  benjaminiHochberg,
  chancesToBeBest,
  expectedLoss,
  holm,
  pooledCap,
  sampleRatio,
  winShare,
  winsorize,
  withFloor,
} from '@kindling/experiments';
import { z } from 'zod';
import { armShape, thetaOf } from './arm-statistic.js';
import { kind } from './kind.js';

const numbers = z.array(z.number()).min(1);
const pValues = z.object({ p: z.array(z.number().min(0).max(1)) });
const rawArm = z.object({ metric_post: numbers, metric_pre: numbers });

/** Kinds about the experiment as a whole, and about single formulas. */
export const checkKinds = {
  srm_chi2: kind(
    z
      .object({ users: z.array(z.number().nonnegative()).min(2), weights: z.array(z.number().nonnegative()) })
      .refine(({ users, weights }) => users.length === weights.length, 'users and weights differ in length')
      .refine(({ weights }) => weights.some((weight) => weight > 0), 'a weight has to be above 0'),
    ({ users, weights }) => {
      const arms = users.map((count, arm) => ({ users: count, weight: weights[arm] ?? 0 }));
      const { p, chiSquare, degreesOfFreedom } = sampleRatio(arms, undefined, 0);
      return { p, chi2: chiSquare, degrees_of_freedom: degreesOfFreedom };
    },
  ),
  padjust_holm: kind(pValues, ({ p }) => ({ adjusted_in_input_order: holm(p) })),
  padjust_bh: kind(pValues, ({ p }) => ({ adjusted_in_input_order: benjaminiHochberg(p) })),
  bayes_risk: kind(z.object({ mu: z.number(), sigma: z.number().positive() }), ({ mu, sigma }) => ({
    risk: expectedLoss(mu, sigma),
  })),
  // two arms; or the values of one, which stand for two alike: pooling them changes nothing
  cuped_theta: kind(z.union([z.object({ a: armShape, b: armShape }), rawArm]), (input) => {
    if ('a' in input) return { theta: thetaOf(input.a, input.b) };
    const arm = armOf(input);
    return { theta: thetaOf(arm, arm) };
  }),
  winsorize: kind(
    z.object({ values: numbers, percentile: z.number().gt(0).max(1).default(0.999) }),
    ({ values, percentile }) => {
      const cap = pooledCap(values, percentile);
      return { cap, values: values.map((value) => winsorize(value, cap)) };
    },
  ),
  // a pair of a profile's clicks: on slots of the first ranking, and of the second
  interleaving_win_share: kind(
    z.object({
      profiles: z.array(z.object({ a: z.number().nonnegative(), b: z.number().nonnegative() })),
      alpha: z.number().gt(0).lt(1).default(0.05),
    }),
    ({ profiles, alpha }) => {
      const reading = winShare(profiles, alpha);
      if (reading === null) throw new RangeError('Fewer than two profiles have clicked: wait for more.');
      const { estimate, standardError, interval, p } = reading;
      return { win_share: estimate, se: standardError, ci: interval, p };
    },
  ),
  bandit_shares: kind(
    z.object({
      arms: z
        .array(z.object({ n: z.number().nonnegative(), mean: z.number(), se: z.number().nonnegative() }))
        .min(1),
      floor: z.number().min(0).default(0),
      minimum_units: z.number().nonnegative().default(100),
      draws: z.int().min(100).max(1_000_000).default(10_000),
      seed: z.union([z.string(), z.number()]).default('bandit'),
      /** True when a lower value is better. */
      inverse: z.boolean().default(false),
    }),
    ({ arms, floor, minimum_units, draws, seed, inverse }) => {
      const known = arms.map(({ n, mean, se }) => ({ n, mean: inverse ? -mean : mean, standardError: se }));
      return {
        weights: banditShares(known, {
          floor,
          draws,
          minimumUnits: minimum_units,
          random: seededRandom(String(seed)),
        }),
        best_arm_probabilities: chancesToBeBest(known, seededRandom(String(seed)), draws),
      };
    },
  ),
  bandit_floor: kind(
    z.object({
      n_arms: z.int().min(1),
      floor: z.number(),
      /** Shares before the floor; all to the first arm when left out. */
      weights: z.array(z.number().nonnegative()).optional(),
      floor_too_large: z.number().optional(),
    }),
    ({ n_arms, floor, weights, floor_too_large }) => {
      const before = weights ?? Array.from({ length: n_arms }, (_, arm) => (arm === 0 ? 1 : 0));
      if (before.length !== n_arms) throw new RangeError(`input.weights: ${n_arms} of them are needed`);
      const after = withFloor(before, floor);
      return {
        weights: after,
        sum: after.reduce((sum, weight) => sum + weight, 0),
        min_at_least: Math.min(...after),
        ...(floor_too_large === undefined
          ? {}
          : { uniform_when_n_f_ge_1: withFloor(before, floor_too_large) }),
      };
    },
  ),
};

function armOf({ metric_post, metric_pre }: z.output<typeof rawArm>) {
  if (metric_post.length !== metric_pre.length) {
    throw new RangeError('input: metric_post and metric_pre need a value of every unit');
  }
  const n = metric_post.length;
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const mean = (values: readonly number[]) => ({
    type: 'mean' as const,
    sum: sum(values),
    sum_squares: sum(values.map((value) => value * value)),
  });
  return {
    type: 'mean_ra' as const,
    n,
    post: mean(metric_post),
    pre: mean(metric_pre),
    post_pre: sum(metric_post.map((value, unit) => value * (metric_pre[unit] ?? 0))),
  };
}
