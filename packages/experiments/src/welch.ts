import tCdf from '@stdlib/stats-base-dists-t-cdf';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import type { Effect } from './effect.js';
import { intervalOf, type Reading, type TestOptions } from './reading.js';

/**
 * Welch's t-test: for ONE look at a sample size that was fixed beforehand. Looked at again and again, it raises false
 * alarms far more often than alpha; the confidence sequence does not.
 * Source: Welch, "The generalization of Student's problem when several different population variances are involved" (1947).
 */
export function welchTest(effect: Effect, options: TestOptions): Reading {
  const { alpha, alternative = 'two-sided', nullValue = 0 } = options;
  const { difference, standardError, degreesOfFreedom } = effect;
  const t = (difference - nullValue) / standardError;
  const tail = alternative === 'two-sided' ? alpha / 2 : alpha;
  const halfWidth = -tQuantile(tail, degreesOfFreedom) * standardError;
  return {
    estimate: difference,
    standardError,
    interval: intervalOf(difference, halfWidth, alternative),
    // always a lower tail: 1 - cdf loses every digit of a small p
    p:
      alternative === 'two-sided'
        ? 2 * tCdf(-Math.abs(t), degreesOfFreedom)
        : tCdf(alternative === 'greater' ? -t : t, degreesOfFreedom),
  };
}
