import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import normalPdf from '@stdlib/stats-base-dists-normal-pdf';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import type { Effect } from './effect.js';

/** A normal belief about the relative lift before the data. */
export interface NormalPrior {
  readonly mean: number;
  readonly variance: number;
}

/** Most lifts are small: two in three within 30 %. */
export const defaultPrior: NormalPrior = { mean: 0, variance: 0.3 ** 2 };

/**
 * Whether the control's value is known to a tenth (standard error over value). Until then, with some twenty conversions
 * an arm, a relative lift is far from normal, and decisions lost twice what their expected loss said (simulated).
 */
export const isBaselineKnown = (mean: number, varianceOfMean: number): boolean =>
  varianceOfMean <= (mean / 10) ** 2;

export interface BayesianReading {
  readonly estimate: number;
  /** Posterior standard deviation. */
  readonly standardError: number;
  readonly interval: readonly [number, number];
  readonly chanceToWin: number;
  /** Expected loss of keeping a, and of taking b, in the unit of the effect. */
  readonly risk: readonly [number, number];
}

/**
 * Normal likelihood and conjugate normal prior: precisions add, means are weighed by them. A prior of null is flat.
 * It is NOT peek-proof: to stop when the chance to win is high raises false alarms as any naive test does.
 * Source: Gelman et al., "Bayesian Data Analysis", section 2.5.
 *
 * @param baseline what the prior's share is of: 1 for a relative effect, |control mean| for an absolute one.
 */
export function bayesianReading(
  effect: Pick<Effect, 'difference' | 'standardError'>,
  options: { readonly alpha: number; readonly prior: NormalPrior | null; readonly baseline?: number },
): BayesianReading {
  const { alpha, prior, baseline = 1 } = options;
  const dataPrecision = 1 / effect.standardError ** 2;
  const priorPrecision = prior === null ? 0 : 1 / (prior.variance * baseline ** 2);
  const precision = dataPrecision + priorPrecision;
  const priorMean = prior === null ? 0 : prior.mean * baseline;
  const mean = (effect.difference * dataPrecision + priorMean * priorPrecision) / precision;
  const deviation = Math.sqrt(1 / precision);
  const halfWidth = -normalQuantile(alpha / 2, 0, 1) * deviation;
  return {
    estimate: mean,
    standardError: deviation,
    interval: [mean - halfWidth, mean + halfWidth],
    chanceToWin: normalCdf(mean / deviation, 0, 1),
    risk: expectedLoss(mean, deviation),
  };
}

/**
 * E max(0, e) and E max(0, -e) of e ~ N(mean, deviation^2): what is lost on average by keeping a, and by taking b.
 * mean Phi(z) + deviation phi(z), z = mean/deviation; it neither overflows nor divides by a tail.
 */
export function expectedLoss(mean: number, deviation: number): readonly [number, number] {
  const z = mean / deviation;
  const density = deviation * normalPdf(z, 0, 1);
  const lossOf = (sign: 1 | -1) => Math.max(0, sign * mean * normalCdf(sign * z, 0, 1) + density);
  return [lossOf(1), lossOf(-1)];
}
