import {
  type Alternative,
  bayesianReading,
  compareArms,
  confidenceSequence,
  type EffectProblem,
  type Estimate,
  guardrail,
  postStratify,
  proportionTest,
  type Reading,
  welchTest,
} from '@kindling/experiments';
import { z } from 'zod';
import { armShape, estimatesOf, stratumArm, stratumSums } from './arm-statistic.js';
import { kind } from './kind.js';

const alpha = z.number().gt(0).lt(1).default(0.05);
const comparison = z.object({
  a: armShape,
  b: armShape,
  difference: z.enum(['relative', 'absolute']).default('relative'),
  alpha,
  test_value: z.number().default(0),
});
const sequential = comparison.extend({ tuning: z.number().positive().default(5000) });
const prior = z
  .object({
    mean: z.number().default(0),
    variance: z.number().positive().optional(),
    stddev: z.number().positive().optional(),
    /** False: the prior is not used. */
    proper: z.boolean().default(true),
  })
  .refine(({ variance, stddev, proper }) => !proper || (variance === undefined) !== (stddev === undefined), {
    message: 'give either variance or stddev',
  });
const successes = z.object({ success: z.number().nonnegative(), total: z.number().positive() });

const problems: Readonly<Record<EffectProblem, string>> = {
  EMPTY_ARM: 'An arm has fewer than two units: wait for more.',
  NO_VARIANCE: 'Every unit has the same value: there is no standard error, and no test.',
  BASELINE_IS_ZERO: 'The mean of a is 0, so there is no relative lift: ask for "difference": "absolute".',
};

/** Kinds that compare arm b with arm a. */
export const comparisonKinds = {
  welch_t: kind(comparison, (input) => fixed(input, 'two-sided')),
  one_sided_greater_t: kind(comparison, (input) => fixed(input, 'greater')),
  one_sided_less_t: kind(comparison, (input) => fixed(input, 'less')),
  one_sided_lesser_t: kind(comparison, (input) => fixed(input, 'less')),
  sequential_two_sided: kind(sequential, (input) => alwaysValid(input, 'two-sided')),
  sequential_one_sided_greater: kind(sequential, (input) => alwaysValid(input, 'greater')),
  sequential_one_sided_less: kind(sequential, (input) => alwaysValid(input, 'less')),
  sequential_one_sided_lesser: kind(sequential, (input) => alwaysValid(input, 'less')),
  bayes_normal_effect: kind(
    comparison.omit({ test_value: true }).extend({
      prior: prior.nullable().default(null),
      /** True when a lower value is better. */
      inverse: z.boolean().default(false),
    }),
    (input) => {
      const { a, effect } = compared(input);
      const reading = bayesianReading(effect, {
        alpha: input.alpha,
        prior: input.prior?.proper
          ? { mean: input.prior.mean, variance: input.prior.variance ?? (input.prior.stddev ?? 1) ** 2 }
          : null,
        baseline: input.difference === 'relative' ? 1 : Math.abs(a.reference),
      });
      return {
        expected: reading.estimate,
        ci: reading.interval,
        se: reading.standardError,
        chanceToWin: input.inverse ? 1 - reading.chanceToWin : reading.chanceToWin,
        risk: input.inverse ? [...reading.risk].reverse() : reading.risk,
      };
    },
  ),
  non_inferiority: kind(
    comparison.omit({ test_value: true }).extend({
      /** Largest loss that is accepted, in the unit of the difference. */
      margin: z.number().positive(),
      /** Which way harm lies. */
      harm: z.enum(['decrease', 'increase']).default('decrease'),
      /** N of the confidence sequence, or false for one fixed look. */
      sequential: z.union([z.literal(false), z.number().positive()]).default(5000),
    }),
    ({ margin, harm, sequential, ...input }) => {
      const { a, b, effect } = compared(input);
      const alternative = harm === 'decrease' ? 'greater' : 'less';
      const options = {
        alpha: input.alpha,
        alternative,
        nullValue: harm === 'decrease' ? -margin : margin,
      } as const;
      if (sequential === false) {
        const reading = welchTest(effect, options);
        return { ...fields(a, b, reading), verdict: reading.p < input.alpha ? 'SAFE' : 'UNDECIDED' };
      }
      const tuningSampleSize = sequential;
      const { verdict, safety } = guardrail(effect, { margin, harm, alpha: input.alpha, tuningSampleSize });
      return { ...fields(a, b, safety), verdict };
    },
  ),
  post_stratification: kind(
    z.object({
      strata: z.array(z.object({ a: stratumArm, b: stratumArm })).min(1),
      difference: z.enum(['relative', 'absolute']).default('relative'),
      alpha,
      test_value: z.number().default(0),
      /** N of the confidence sequence, or false for one fixed look. */
      sequential: z.union([z.literal(false), z.number().positive()]).default(false),
    }),
    ({ strata, difference, sequential, ...input }) => {
      const { a, b } = postStratify(strata.map((one) => ({ a: stratumSums(one.a), b: stratumSums(one.b) })));
      const result = compareArms(a, b, difference);
      if (!result.ok) throw new RangeError(problems[result.problem]);
      const options = { alpha: input.alpha, nullValue: input.test_value };
      const reading =
        sequential === false
          ? welchTest(result.effect, options)
          : confidenceSequence(result.effect, { ...options, tuningSampleSize: sequential });
      return fields(a, b, reading);
    },
  ),
  z_diff_proportion: kind(z.object({ control: successes, test: successes, alpha }), (input) => {
    const of = ({ success, total }: z.output<typeof successes>) => ({ successes: success, total });
    const { estimate, interval, p, standardError } = proportionTest(
      of(input.control),
      of(input.test),
      input.alpha,
    );
    return { difference: estimate, ci: interval, se: standardError, p };
  }),
};

function compared(input: Pick<z.output<typeof comparison>, 'a' | 'b' | 'difference'>) {
  const { a, b } = estimatesOf(input.a, input.b);
  const result = compareArms(a, b, input.difference);
  if (!result.ok) throw new RangeError(problems[result.problem]);
  return { a, b, effect: result.effect };
}

function fixed(input: z.output<typeof comparison>, alternative: Alternative) {
  const { a, b, effect } = compared(input);
  const options = { alpha: input.alpha, alternative, nullValue: input.test_value };
  return fields(a, b, welchTest(effect, options));
}

function alwaysValid(input: z.output<typeof sequential>, alternative: Alternative) {
  const { a, b, effect } = compared(input);
  const options = { alpha: input.alpha, alternative, nullValue: input.test_value };
  return fields(a, b, confidenceSequence(effect, { ...options, tuningSampleSize: input.tuning }));
}

const fields = (a: Estimate, b: Estimate, { estimate, interval, standardError, p }: Reading) => ({
  expected: estimate,
  ci: interval,
  se: standardError,
  p,
  mean_a_unadjusted: a.reference,
  mean_b_unadjusted: b.reference,
});
