import type { UnitValue } from './baseline.js';
import { cupedEstimate, pooledTheta } from './cuped.js';
import { type Estimate, meanEstimate } from './estimate.js';
import { meanSums } from './moments.js';
import { postStratify } from './post-stratification.js';
import { ratioEstimate } from './ratio.js';
import type { SimulatedMetric, SimulatedUnit } from './simulated-metric.js';

/** Plain sums of an arm: a simulation need not be merged, and runs through millions of units. */
export class SimulatedArm {
  n = 0;
  y = 0;
  yy = 0;
  x = 0;
  xx = 0;
  xy = 0;
  p = 0;
  pp = 0;
  py = 0;
  readonly strata: { n: number; y: number; yy: number }[] = [];

  add({ y, x, p = 0, stratum }: SimulatedUnit): void {
    this.n += 1;
    this.y += y;
    this.yy += y * y;
    this.x += x;
    this.xx += x * x;
    this.xy += x * y;
    this.p += p;
    this.pp += p * p;
    this.py += p * y;
    if (stratum === undefined) return;
    while (this.strata.length <= stratum) this.strata.push({ n: 0, y: 0, yy: 0 });
    const part = this.strata[stratum];
    if (!part) return;
    part.n += 1;
    part.y += y;
    part.yy += y * y;
  }
}

/** Both arms, by the method that the metric is for. */
export function simulatedEstimates(
  metric: SimulatedMetric,
  a: SimulatedArm,
  b: SimulatedArm,
): [Estimate, Estimate] {
  if (metric.adjustment === 'CUPED') {
    const sumsOf = ({ n, y, yy, p, pp, py }: SimulatedArm) => ({
      post: meanSums(n, y, yy),
      pre: meanSums(n, p, pp),
      products: py,
    });
    const [first, second] = [sumsOf(a), sumsOf(b)];
    const theta = pooledTheta(first, second);
    return [cupedEstimate(first, theta), cupedEstimate(second, theta)];
  }
  if (metric.adjustment === 'STRATIFIED') {
    const partOf = (arm: SimulatedArm, at: number) => {
      const { n = 0, y = 0, yy = 0 } = arm.strata[at] ?? {};
      return meanSums(n, y, yy);
    };
    const count = Math.max(a.strata.length, b.strata.length);
    const strata = Array.from({ length: count }, (_, at) => ({ a: partOf(a, at), b: partOf(b, at) }));
    const { a: first, b: second } = postStratify(strata);
    return [first, second];
  }
  return [plainOf(metric, a), plainOf(metric, b)];
}

function plainOf({ ratio }: SimulatedMetric, { n, y, yy, x, xx, xy }: SimulatedArm): Estimate {
  const m = meanSums(n, y, yy);
  return ratio ? ratioEstimate({ m, d: meanSums(n, x, xx), products: xy }) : meanEstimate(m);
}

/**
 * What is left of each unit's value when the method has explained its part: units of which a plain mean is as precise
 * as the adjusted one, for a plan.
 */
export function adjustedValues(
  { adjustment }: SimulatedMetric,
  units: readonly SimulatedUnit[],
): readonly UnitValue[] {
  if (adjustment === undefined) return units;
  const arm = new SimulatedArm();
  for (const unit of units) arm.add(unit);
  const mean = arm.y / arm.n;
  if (adjustment === 'STRATIFIED') {
    const levels = arm.strata.map(({ n, y }) => y / Math.max(1, n));
    return units.map(({ y, stratum = 0 }) => ({ y: y - (levels[stratum] ?? 0) + mean, x: 1 }));
  }
  const sums = {
    post: meanSums(arm.n, arm.y, arm.yy),
    pre: meanSums(arm.n, arm.p, arm.pp),
    products: arm.py,
  };
  const theta = pooledTheta(sums, sums);
  return units.map(({ y, p = 0 }) => ({ y: y - theta * (p - arm.p / arm.n), x: 1 }));
}
