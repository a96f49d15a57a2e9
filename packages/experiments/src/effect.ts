import { type Estimate, quadraticForm, unitVariance } from './estimate.js';
import { welchDegreesOfFreedom } from './welch-degrees.js';

export type Difference = 'absolute' | 'relative';

/** How far arm b is from arm a, whatever test reads it afterwards. */
export interface Effect {
  /** b - a in the metric's unit, or (b - a)/a as a share. */
  readonly difference: number;
  readonly standardError: number;
  /** Units of both arms. */
  readonly n: number;
  /** Welch and Satterthwaite's degrees of freedom, of the absolute difference. */
  readonly degreesOfFreedom: number;
}

export type EffectProblem = 'EMPTY_ARM' | 'NO_VARIANCE' | 'BASELINE_IS_ZERO';
export type EffectResult =
  | { readonly ok: true; readonly effect: Effect }
  | { readonly ok: false; readonly problem: EffectProblem };

/**
 * Absolute: the variances of the arms add. Relative lift (b - a)/a by the delta method, which without covariates is
 * var = var_b/a^2 + var_a b^2/a^4. With CUPED the lift divides by the control's plain mean, and the
 * covariance of that mean with the adjusted one is kept (Deng, Xu, Kohavi, Walker, 2013, with the baseline random, too).
 */
export function compareArms(a: Estimate, b: Estimate, difference: Difference): EffectResult {
  if (a.n < 2 || b.n < 2) return { ok: false, problem: 'EMPTY_ARM' };
  const gap = b.value - a.value;
  const levelGap = b.level - a.level;
  const base = difference === 'relative' ? a.reference : 1;
  if (base === 0) return { ok: false, problem: 'BASELINE_IS_ZERO' };
  const gradientA = a.gradient.map((slope, at) =>
    difference === 'relative'
      ? -slope / base - (levelGap / base ** 2) * (a.referenceGradient[at] ?? 0)
      : -slope,
  );
  const gradientB = b.gradient.map((slope) => slope / base);
  const variance =
    quadraticForm(gradientA, a.covariance) / a.n + quadraticForm(gradientB, b.covariance) / b.n;
  if (!(variance > 0) || unitVariance(a) + unitVariance(b) === 0)
    return { ok: false, problem: 'NO_VARIANCE' };
  return {
    ok: true,
    effect: {
      difference: gap / base,
      standardError: Math.sqrt(variance),
      n: a.n + b.n,
      degreesOfFreedom: welchDegreesOfFreedom(
        { n: a.n, variance: unitVariance(a) },
        { n: b.n, variance: unitVariance(b) },
      ),
    },
  };
}
