import { addExactly, type ExactSum, mergeExactly, readSum } from './exact-sum.js';

/**
 * What is kept of a metric in one arm: y is the metric of a unit, x its covariate (CUPED) or denominator (ratio).
 * Sums are exact, so a roll-up that was merged hour by hour equals a recount of the raw events to the last bit.
 */
export interface SufficientStatistics {
  readonly n: number;
  readonly y: ExactSum;
  readonly yy: ExactSum;
  readonly x: ExactSum;
  readonly xx: ExactSum;
  readonly xy: ExactSum;
}

export const noStatistics: SufficientStatistics = { n: 0, y: [], yy: [], x: [], xx: [], xy: [] };

/** Adds one unit. */
export function addUnit(statistics: SufficientStatistics, y: number, x = 0): SufficientStatistics {
  return shift(statistics, 1, y, x, 1);
}

/** Takes a unit out again: its metric has changed, or it turned out to have been in two arms. */
export function removeUnit(statistics: SufficientStatistics, y: number, x = 0): SufficientStatistics {
  return shift(statistics, -1, y, x, -1);
}

function shift(from: SufficientStatistics, units: number, y: number, x: number, sign: number) {
  return {
    n: from.n + units,
    y: addExactly(from.y, sign * y),
    yy: addExactly(from.yy, sign * y * y),
    x: addExactly(from.x, sign * x),
    xx: addExactly(from.xx, sign * x * x),
    xy: addExactly(from.xy, sign * x * y),
  };
}

export function mergeStatistics(
  one: SufficientStatistics,
  other: SufficientStatistics,
): SufficientStatistics {
  return {
    n: one.n + other.n,
    y: mergeExactly(one.y, other.y),
    yy: mergeExactly(one.yy, other.yy),
    x: mergeExactly(one.x, other.x),
    xx: mergeExactly(one.xx, other.xx),
    xy: mergeExactly(one.xy, other.xy),
  };
}

/** The sums as doubles: n, Sy, Syy, Sx, Sxx, Sxy. */
export function readStatistics(statistics: SufficientStatistics) {
  return {
    n: statistics.n,
    sumY: readSum(statistics.y),
    sumYY: readSum(statistics.yy),
    sumX: readSum(statistics.x),
    sumXX: readSum(statistics.xx),
    sumXY: readSum(statistics.xy),
  };
}
