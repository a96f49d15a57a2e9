import type { Random } from '@kindling/domain';
import type { LiftResponse } from './lift-response.js';
import { normal } from './normal.js';

/**
 * A metric whose true mean is known, to try tests on: `y` is a unit's value, `x` its denominator (1 when the metric
 * is no ratio). A lift multiplies the mean of the metric by 1 + lift.
 */
export interface SimulatedMetric {
  readonly name: string;
  readonly mean: number;
  readonly ratio: boolean;
  readonly response: LiftResponse;
  /** CUPED: by `p`, the metric before the start · STRATIFIED: by `stratum`. */
  readonly adjustment?: 'CUPED' | 'STRATIFIED';
  draw(random: Random, lift: number): SimulatedUnit;
}
export interface SimulatedUnit {
  readonly y: number;
  readonly x: number;
  readonly p?: number;
  /** From 0. */
  readonly stratum?: number;
}

export const continuousMetric: SimulatedMetric = {
  name: 'continuous',
  mean: 10,
  ratio: false,
  response: 'SHIFT',
  draw: (random, lift) => ({ y: 10 * (1 + lift) + 5 * normal(random), x: 1 }),
};

export const conversionMetric: SimulatedMetric = {
  name: 'conversion',
  mean: 0.1,
  ratio: false,
  response: 'COUNT',
  draw: (random, lift) => ({ y: random() < 0.1 * (1 + lift) ? 1 : 0, x: 1 }),
};

/** Log-normal with a coefficient of variation of 2.1: most spend little, a few a lot. */
export const heavyTailMetric: SimulatedMetric = {
  name: 'heavy tail',
  mean: Math.exp(1.3 ** 2 / 2),
  ratio: false,
  response: 'SCALE',
  draw: (random, lift) => ({ y: (1 + lift) * Math.exp(1.3 * normal(random)), x: 1 }),
};

/** Half of what a unit does it has done before: CUPED takes half of the variance away. */
export const pastMetric: SimulatedMetric = {
  name: 'with a past (CUPED)',
  mean: 10,
  ratio: false,
  response: 'SHIFT',
  adjustment: 'CUPED',
  draw: (random, lift) => {
    const liking = 10 + 4 * normal(random);
    return { y: liking + 10 * lift + 4 * normal(random), x: 1, p: liking };
  },
};

/** People of two channels, of whom one spends three times as much. */
export const channelMetric: SimulatedMetric = {
  name: 'two channels (strata)',
  mean: 0.7 * 5 + 0.3 * 15,
  ratio: false,
  response: 'SHIFT',
  adjustment: 'STRATIFIED',
  draw: (random, lift) => {
    const stratum = random() < 0.3 ? 1 : 0;
    return { y: (stratum === 1 ? 15 : 5) + 8 * lift + 4 * normal(random), x: 1, stratum };
  },
};

/** Clicks over impressions: busy profiles see more, and click on a smaller share of it. */
export const clickThroughMetric: SimulatedMetric = {
  name: 'click-through',
  // E(clicks)/E(impressions), impressions uniform over 1..20, each clicked with probability 0.3 - 0.01 impressions
  mean: (0.3 * 10.5 - 0.01 * 143.5) / 10.5,
  ratio: true,
  response: 'COUNT',
  draw: (random, lift) => {
    const impressions = 1 + Math.floor(20 * random());
    const rate = (0.3 - 0.01 * impressions) * (1 + lift);
    let clicks = 0;
    for (let shown = 0; shown < impressions; shown++) if (random() < rate) clicks += 1;
    return { y: clicks, x: impressions };
  },
};
