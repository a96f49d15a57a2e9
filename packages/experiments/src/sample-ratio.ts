import normalCdf from '@stdlib/stats-base-dists-normal-cdf';

/** Users that arrived in an arm against the weight that was planned for it. Weights need not sum to 1. */
export interface ArmCount {
  readonly users: number;
  readonly weight: number;
}

export interface SampleRatio {
  readonly chiSquare: number;
  readonly degreesOfFreedom: number;
  readonly p: number;
  /** p below alpha: assignment or counting is broken, and no result of the experiment can be trusted. */
  readonly mismatch: boolean;
}

/** Strict on purpose: it is looked at daily and for every dimension, and a true mismatch is soon far below it. */
export const sampleRatioAlpha = 0.001;

/**
 * Sample ratio mismatch: chi-square of the counts against the planned split. Arms of weight 0 are left out. p is 1
 * when fewer than two arms are left, and while one of them is expected to have fewer than five users
 * (Cochran, 1952: the approximation does not hold); `leastExpected` is that number.
 */
export function sampleRatio(
  arms: readonly ArmCount[],
  alpha = sampleRatioAlpha,
  leastExpected = 5,
): SampleRatio {
  const planned = arms.filter(({ weight }) => weight > 0);
  const users = planned.reduce((sum, arm) => sum + arm.users, 0);
  const weights = planned.reduce((sum, arm) => sum + arm.weight, 0);
  const degreesOfFreedom = Math.max(0, planned.length - 1);
  const expected = planned.map(({ weight }) => (users * weight) / weights);
  if (degreesOfFreedom === 0 || !(users > 0) || Math.min(...expected) < leastExpected) {
    return { chiSquare: 0, degreesOfFreedom, p: 1, mismatch: false };
  }
  const chiSquare = planned.reduce((sum, arm, at) => {
    const share = expected[at] ?? 1;
    return sum + (arm.users - share) ** 2 / share;
  }, 0);
  const p = chiSquareTail(chiSquare, degreesOfFreedom);
  return { chiSquare, degreesOfFreedom, p, mismatch: p < alpha };
}

export interface DimensionSampleRatio extends SampleRatio {
  readonly dimension: string;
  readonly value: string;
}

/**
 * The same within every value of every dimension (device, locale, coldness): a fault in one of them can hide in the
 * total. Alpha is shared among the slices (Bonferroni), so that many slices do not raise more false alarms.
 */
export function sampleRatioByDimension(
  slices: readonly {
    readonly dimension: string;
    readonly value: string;
    readonly arms: readonly ArmCount[];
  }[],
  alpha = sampleRatioAlpha,
): readonly DimensionSampleRatio[] {
  return slices.map(({ dimension, value, arms }) => ({
    dimension,
    value,
    ...sampleRatio(arms, alpha / Math.max(1, slices.length)),
  }));
}

/**
 * P(X > x) of chi-square with whole degrees of freedom: Q(k+2) = Q(k) + (x/2)^(k/2) e^(-x/2) / Gamma(k/2 + 1), from
 * Q(1) = 2 Phi(-sqrt x) and Q(2) = e^(-x/2). A sum of positive terms, so small tails keep their digits, which
 * 1 - cdf would lose. Source: Abramowitz and Stegun, 26.4.4 and 26.4.5.
 */
export function chiSquareTail(x: number, degreesOfFreedom: number): number {
  if (x <= 0) return 1;
  const odd = degreesOfFreedom % 2 === 1;
  let tail = odd ? 2 * normalCdf(-Math.sqrt(x), 0, 1) : Math.exp(-x / 2);
  let term = odd ? Math.exp(-x / 2) * Math.sqrt((2 * x) / Math.PI) : (Math.exp(-x / 2) * x) / 2;
  for (let k = odd ? 1 : 2; k < degreesOfFreedom; k += 2) {
    tail += term;
    term *= x / (k + 2);
  }
  return Math.min(1, tail);
}
