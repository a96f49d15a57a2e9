import { type CupedSums, cupedEstimate } from './cuped.js';
import { type Estimate, meanEstimate } from './estimate.js';
import { type Metric, scaleOf } from './metric.js';
import { meanSums, proportionSums, type Sums } from './moments.js';
import { ratioEstimate } from './ratio.js';

/**
 * Sums over the units of one arm, of one metric, within one value of a dimension ('all' for everybody, 'day' for the
 * day of the first exposure), in the metric's whole numbers. y is the metric, x the denominator of a ratio, p the
 * metric before the exposure, w the metric with its tail cut, f the part of it on the first day.
 */
export interface OutcomeSums {
  /** Position in the experiment; -1 counts units (n) and those of which an impression came back (y). */
  readonly metric: number;
  /** Position of the variant. */
  readonly variant: number;
  readonly dimension: string;
  readonly value: string;
  readonly n: number;
  readonly y: number;
  readonly yy: number;
  readonly x: number;
  readonly xx: number;
  readonly xy: number;
  readonly p: number;
  readonly pp: number;
  readonly py: number;
  readonly w: number;
  readonly ww: number;
  readonly f: number;
  readonly ff: number;
  readonly fy: number;
}

const isShare = ({ kind }: Metric) => kind === 'CONVERSION' || kind === 'RETENTION';

/** The metric as it is: a mean, a share, or a ratio of means. */
export function plainEstimate(metric: Metric, sums: OutcomeSums): Estimate {
  if (metric.kind !== 'RATIO') return meanEstimate(valueSums(metric, sums));
  const { n, y, yy, x, xx, xy } = sums;
  return ratioEstimate({ m: meanSums(n, y, yy), d: meanSums(n, x, xx), products: xy });
}

/** The same with every unit's value cut at the cap. */
export const winsorisedEstimate = (metric: Metric, { n, w, ww }: OutcomeSums): Estimate =>
  meanEstimate(scaled(metric, n, w, ww));

/** y of a unit; for a ratio its numerator. */
export const valueSums = (metric: Metric, { n, y, yy }: OutcomeSums): Sums =>
  isShare(metric) ? proportionSums(n, y) : scaled(metric, n, y, yy);

export function cupedSums(metric: Metric, { n, y, yy, p, pp, py }: OutcomeSums): CupedSums {
  const scale = scaleOf(metric);
  return { post: scaled(metric, n, y, yy), pre: scaled(metric, n, p, pp), products: py / scale ** 2 };
}

export const cupedOutcome = (metric: Metric, sums: OutcomeSums, theta: number): Estimate =>
  cupedEstimate(cupedSums(metric, sums), theta);

export const priorEstimate = (metric: Metric, { n, p, pp }: OutcomeSums): Estimate =>
  meanEstimate(scaled(metric, n, p, pp));

export const firstDayEstimate = (metric: Metric, { n, f, ff }: OutcomeSums): Estimate =>
  meanEstimate(scaled(metric, n, f, ff));

/** What came after the first day: y - f, whose square is yy - 2 fy + ff. */
export const laterEstimate = (metric: Metric, { n, y, yy, f, ff, fy }: OutcomeSums): Estimate =>
  meanEstimate(scaled(metric, n, y - f, yy - 2 * fy + ff));

function scaled(metric: Metric, n: number, sum: number, squares: number): Sums {
  const scale = scaleOf(metric);
  return meanSums(n, sum / scale, squares / scale ** 2);
}

export const addSums = (one: OutcomeSums, other: OutcomeSums): OutcomeSums => ({
  ...one,
  n: one.n + other.n,
  y: one.y + other.y,
  yy: one.yy + other.yy,
  x: one.x + other.x,
  xx: one.xx + other.xx,
  xy: one.xy + other.xy,
  p: one.p + other.p,
  pp: one.pp + other.pp,
  py: one.py + other.py,
  w: one.w + other.w,
  ww: one.ww + other.ww,
  f: one.f + other.f,
  ff: one.ff + other.ff,
  fy: one.fy + other.fy,
});

export const noSums = (variant: number): OutcomeSums => ({
  metric: 0,
  variant,
  dimension: 'all',
  value: '',
  n: 0,
  y: 0,
  yy: 0,
  x: 0,
  xx: 0,
  xy: 0,
  p: 0,
  pp: 0,
  py: 0,
  w: 0,
  ww: 0,
  f: 0,
  ff: 0,
  fy: 0,
});
