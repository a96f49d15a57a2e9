import type { MetricKind } from './metric.js';

/**
 * What a lift does to the spread of a metric's units, which nobody knows beforehand and a plan has to assume:
 *
 * - SHIFT: every unit gains the same, the variance stays
 * - SCALE: every unit's value grows by the same factor, so the variance by its square (amounts)
 * - COUNT: every event becomes more likely by the same factor. E[y(y - 1)] grows by its square and E[y] by the factor,
 *   so v1 = (1 + l)^2 v - l (1 + l) m: of a share p this is p1 (1 - p1), of a Poisson count (1 + l) m
 */
export type LiftResponse = 'SHIFT' | 'SCALE' | 'COUNT';

export function responseOf(kind: MetricKind): LiftResponse {
  switch (kind) {
    case 'CONVERSION':
    case 'COUNT':
    case 'RATIO':
    case 'RETENTION':
      return 'COUNT';
    case 'REVENUE':
    case 'TIME_TO_FIRST':
      return 'SCALE';
    case 'WIN_SHARE':
      return 'SHIFT';
  }
}

/**
 * Variance of a unit under the lift. Of a ratio, `mean` and `variance` are those of its linear form (y - R x)/d + R,
 * and `denominator` is d; else it is 1. Not above 0 when no such lift can be: a share would pass 1.
 */
export function liftedVariance(
  before: { readonly mean: number; readonly variance: number; readonly denominator: number },
  lift: number,
  response: LiftResponse,
): number {
  const { mean, variance, denominator } = before;
  if (response === 'SHIFT') return variance;
  const scaled = (1 + lift) ** 2 * variance;
  return response === 'SCALE' ? scaled : scaled - (lift * (1 + lift) * mean) / denominator;
}
