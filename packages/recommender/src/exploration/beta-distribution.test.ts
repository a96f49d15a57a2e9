import { describe, expect, it } from 'vitest';
import { betaCdf, betaQuantile } from './beta-distribution.js';

describe('the Beta distribution', () => {
  it('agrees with closed forms', () => {
    expect(betaCdf({ a: 1, b: 1 }, 0.3)).toBeCloseTo(0.3, 12);
    expect(betaCdf({ a: 2, b: 1 }, 0.3)).toBeCloseTo(0.09, 12);
    expect(betaCdf({ a: 1, b: 5 }, 0.3)).toBeCloseTo(1 - 0.7 ** 5, 12);
    // Arcsine distribution.
    expect(betaCdf({ a: 0.5, b: 0.5 }, 0.25)).toBeCloseTo((2 / Math.PI) * Math.asin(0.5), 12);
  });

  it('has the binomial tail for whole parameters', () => {
    // P(Beta(3, 8) <= .2) = P(Binomial(10, .2) >= 3).
    const under = 0.8 ** 10 + 10 * 0.2 * 0.8 ** 9 + 45 * 0.2 ** 2 * 0.8 ** 8;
    expect(betaCdf({ a: 3, b: 8 }, 0.2)).toBeCloseTo(1 - under, 12);
  });

  it('finds the quantile that the distribution function sends back', () => {
    for (const beta of [
      { a: 0.2, b: 20 },
      { a: 30, b: 400 },
      { a: 1.5, b: 28.5 },
    ]) {
      for (const share of [0.025, 0.5, 0.975]) {
        const x = betaQuantile(beta, share);
        if (x > 1e-6) expect(betaCdf(beta, x)).toBeCloseTo(share, 4);
      }
    }
  });
});
