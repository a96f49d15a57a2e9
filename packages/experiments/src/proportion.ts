import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import type { Reading } from './reading.js';

export interface Successes {
  readonly successes: number;
  readonly total: number;
}

/**
 * Difference of two shares by a z-test. p pools the arms, as the null hypothesis has them equal (its square is
 * Pearson's chi-square); the interval does not, as it is about the difference that there is (Wald).
 * Source: Agresti, "Categorical Data Analysis", sections 3.1 and 3.2.
 */
export function proportionTest(a: Successes, b: Successes, alpha: number): Reading {
  const [shareA, shareB] = [a.successes / a.total, b.successes / b.total];
  const pooled = (a.successes + b.successes) / (a.total + b.total);
  const difference = shareB - shareA;
  const standardError = Math.sqrt((shareA * (1 - shareA)) / a.total + (shareB * (1 - shareB)) / b.total);
  const nullError = Math.sqrt(pooled * (1 - pooled) * (1 / a.total + 1 / b.total));
  const halfWidth = -normalQuantile(alpha / 2, 0, 1) * standardError;
  return {
    estimate: difference,
    standardError,
    interval: [difference - halfWidth, difference + halfWidth],
    p: nullError === 0 ? 1 : 2 * normalCdf(-Math.abs(difference) / nullError, 0, 1),
  };
}
