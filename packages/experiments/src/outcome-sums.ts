import { type CupedSums, cupedEstimate, pooledTheta } from './cuped.js';
import { type CupedRatioSums, cupedRatioEstimate, pooledRatioTheta } from './cuped-ratio.js';
import { type Estimate, meanEstimate } from './estimate.js';
import { type Metric, scaleOf } from './metric.js';
import { meanSums, proportionSums, type Sums } from './moments.js';
import { type RatioSums, ratioEstimate } from './ratio.js';

/**
 * Sums over the units of one arm, of one metric, within one value of a dimension ('all' for everybody, 'day' for the
 * day of the first exposure), in the metric's whole numbers. y is the metric, x the denominator of a ratio, p the
 * metric before the exposure, w the metric with its tail cut, f the part of it on the first day; of a ratio, f is the
 * denominator before the exposure.
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
  readonly px: number;
  readonly fx: number;
  readonly pf: number;
}

const isShare = ({ kind }: Metric) => kind === 'CONVERSION' || kind === 'RETENTION';

/** The metric as it is: a mean, a share, or a ratio of means. */
export function plainEstimate(metric: Metric, sums: OutcomeSums): Estimate {
  if (metric.kind !== 'RATIO') return meanEstimate(valueSums(metric, sums));
  return ratioEstimate(ratioSums(sums));
}

/** Of a ratio: what is above and below the line. */
export const ratioSums = ({ n, y, yy, x, xx, xy }: OutcomeSums): RatioSums => ({
  m: meanSums(n, y, yy),
  d: meanSums(n, x, xx),
  products: xy,
});

/** The same with every unit's value cut at the cap. */
export const winsorisedEstimate = (metric: Metric, { n, w, ww }: OutcomeSums): Estimate =>
  meanEstimate(scaled(metric, n, w, ww));

/** y of a unit; for a ratio its numerator. */
export const valueSums = (metric: Metric, { n, y, yy }: OutcomeSums): Sums =>
  isShare(metric) ? proportionSums(n, y) : scaled(metric, n, y, yy);

function cupedSums(metric: Metric, { n, y, yy, p, pp, py }: OutcomeSums): CupedSums {
  const scale = scaleOf(metric);
  return { post: scaled(metric, n, y, yy), pre: scaled(metric, n, p, pp), products: py / scale ** 2 };
}

/** Both arms adjusted by what their units did before; theta is pooled over them. */
export function cupedEstimates(
  metric: Metric,
  a: OutcomeSums,
  b: OutcomeSums,
): readonly [Estimate, Estimate] {
  if (metric.kind === 'RATIO') {
    const [first, second] = [cupedRatioSums(a), cupedRatioSums(b)];
    const theta = pooledRatioTheta(first, second);
    return [cupedRatioEstimate(first, theta), cupedRatioEstimate(second, theta)];
  }
  const [first, second] = [cupedSums(metric, a), cupedSums(metric, b)];
  const theta = pooledTheta(first, second);
  return [cupedEstimate(first, theta), cupedEstimate(second, theta)];
}

const cupedRatioSums = (sums: OutcomeSums): CupedRatioSums => ({
  mPost: meanSums(sums.n, sums.y, sums.yy),
  dPost: meanSums(sums.n, sums.x, sums.xx),
  mPre: meanSums(sums.n, sums.p, sums.pp),
  dPre: meanSums(sums.n, sums.f, sums.ff),
  mPostDPost: sums.xy,
  mPostMPre: sums.py,
  mPostDPre: sums.fy,
  dPostMPre: sums.px,
  dPostDPre: sums.fx,
  mPreDPre: sums.pf,
});

/** The metric before the exposure, as it would have been then. */
export const priorEstimate = (metric: Metric, { n, p, pp, f, ff, pf }: OutcomeSums): Estimate =>
  metric.kind === 'RATIO'
    ? ratioEstimate({ m: meanSums(n, p, pp), d: meanSums(n, f, ff), products: pf })
    : meanEstimate(scaled(metric, n, p, pp));

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
  px: one.px + other.px,
  fx: one.fx + other.fx,
  pf: one.pf + other.pf,
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
  px: 0,
  fx: 0,
  pf: 0,
});
