import type { Random } from '@kindling/domain';
import { normal } from './normal.js';

/** What is known of an arm: mean reward of a profile, and how sure that is. */
export interface ArmPosterior {
  readonly n: number;
  readonly mean: number;
  readonly standardError: number;
}

export interface BanditOptions {
  /** No arm gets less than this share, so that none is given up on for good. */
  readonly floor: number;
  readonly random: Random;
  /** Every arm is served evenly until each has had this many profiles. */
  readonly minimumUnits?: number;
  readonly draws?: number;
}

/**
 * Shares of traffic for the next round by top-two Thompson sampling: half of it goes to an arm as often as it is the
 * best of a draw from the posteriors, half as often as it is the runner-up; that keeps testing the rival of the leader.
 * Of two arms one is always best and the other the runner-up, so that the two would be served evenly for ever: there,
 * all of it goes to an arm as often as it is the best (Thompson, 1933).
 * Source: Russo, "Simple Bayesian algorithms for best-arm identification" (2016).
 *
 * Data collected this way are not for naive intervals: the shares depend on the outcomes.
 */
export function banditShares(arms: readonly ArmPosterior[], options: BanditOptions): number[] {
  const { floor, random, minimumUnits = 100, draws = 10_000 } = options;
  const even = arms.map(() => 1 / arms.length);
  if (arms.length < 2 || arms.some(({ n }) => n < minimumUnits)) return even;
  const credit = arms.map(() => 0);
  drawTopTwo(arms, random, draws, (best, second) => {
    const runnerUp = arms.length === 2 ? best : second;
    credit[best] = (credit[best] ?? 0) + 0.5 / draws;
    credit[runnerUp] = (credit[runnerUp] ?? 0) + 0.5 / draws;
  });
  return withFloor(credit, floor);
}

/** By arm, how often it is the best of a draw from all posteriors. */
export function chancesToBeBest(arms: readonly ArmPosterior[], random: Random, draws = 10_000): number[] {
  const wins = arms.map(() => 0);
  drawTopTwo(arms, random, draws, (best) => {
    wins[best] = (wins[best] ?? 0) + 1 / draws;
  });
  return wins;
}

function drawTopTwo(
  arms: readonly ArmPosterior[],
  random: Random,
  draws: number,
  found: (best: number, second: number) => void,
): void {
  for (let draw = 0; draw < draws; draw++) {
    let [best, second] = [-1, -1];
    let [bestValue, secondValue] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const [arm, { mean, standardError }] of arms.entries()) {
      const value = mean + standardError * normal(random);
      if (value > bestValue) {
        [second, secondValue] = [best, bestValue];
        [best, bestValue] = [arm, value];
      } else if (value > secondValue) {
        [second, secondValue] = [arm, value];
      }
    }
    found(best, second);
  }
}

/** p_i = f + (1 - k f) w_i for k arms; even shares when k f >= 1. */
export function withFloor(weights: readonly number[], floor: number): number[] {
  const least = Math.max(0, floor);
  const free = 1 - weights.length * least;
  if (free <= 0) return weights.map(() => 1 / weights.length);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => least + (free * weight) / total);
}
