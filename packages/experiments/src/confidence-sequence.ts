import type { Effect } from './effect.js';
import { intervalOf, type Reading, type TestOptions } from './reading.js';

export interface SequenceOptions extends TestOptions {
  /** Units of both arms together at which the interval shall be tightest. */
  readonly tuningSampleSize: number;
}

/**
 * Asymptotic confidence sequence: covers the truth at ALL looks together with probability 1 - alpha, so it may be
 * looked at, and acted on, at any time.
 *
 *   half width = sqrt( s2 * 2(n r^2 + 1)/(n r)^2 * ln( sqrt(n r^2 + 1)/alpha ) )        s2 = SE^2 n
 *   one-sided                                       ln( 1 + sqrt(n r^2 + 1)/(2 alpha) ), r for 2 alpha
 *   r = sqrt( (-2 ln alpha + ln(1 - 2 ln alpha)) / N )
 *
 * Source: Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas, "Time-uniform central limit theory and asymptotic confidence
 * sequences" (2023), equations 9, 134 and 161. p is the smallest alpha whose interval, r being kept, leaves out the null.
 */
export function confidenceSequence(effect: Effect, options: SequenceOptions): Reading {
  const { alpha, alternative = 'two-sided', nullValue = 0, tuningSampleSize } = options;
  const { difference, standardError, n } = effect;
  const oneSided = alternative !== 'two-sided';
  const rho = mixingRate(oneSided ? 2 * alpha : alpha, tuningSampleSize);
  const spread = n * rho ** 2 + 1;
  const root = Math.sqrt(spread);
  const log = oneSided ? Math.log1p(root / (2 * alpha)) : Math.log(root / alpha);
  const z = (difference - nullValue) / standardError;
  // the exponent that the half width equals when the null value lies exactly on the bound
  const exponent = (z ** 2 * n * rho ** 2) / (2 * spread);
  const halfWidth = standardError * Math.sqrt(((2 * spread) / (n * rho ** 2)) * log);
  return {
    estimate: difference,
    standardError,
    interval: intervalOf(difference, halfWidth, alternative),
    p: oneSided
      ? oneSidedP(alternative === 'greater' ? z : -z, exponent, root)
      : Math.min(1, root * Math.exp(-exponent)),
  };
}

/** An effect on the wrong side of the null is no evidence at all: 1. */
const oneSidedP = (z: number, exponent: number, root: number) =>
  z <= 0 ? 1 : Math.min(1, root / (2 * Math.expm1(exponent)));

/** r of the formula above: where along the data the sequence is tightest. */
export function mixingRate(alpha: number, tuningSampleSize: number): number {
  return Math.sqrt((-2 * Math.log(alpha) + Math.log(1 - 2 * Math.log(alpha))) / tuningSampleSize);
}

/** How much wider than one standard error the two-sided sequence is after n units: the z of a peek-proof interval. */
export function sequenceMultiplier(n: number, alpha: number, tuningSampleSize: number): number {
  const rate = n * mixingRate(alpha, tuningSampleSize) ** 2;
  return Math.sqrt(((2 * (rate + 1)) / rate) * Math.log(Math.sqrt(rate + 1) / alpha));
}
