import { minimumDetectableLift, powerOfLift, sequenceCrossingPower } from './power.js';

/** What a catalogue's own traffic says of a metric. */
export interface Baseline {
  readonly mean: number;
  /** Of one unit. */
  readonly variance: number;
  /** New units that come to the placements a day. */
  readonly unitsPerDay: number;
}

export interface PowerQuestion {
  readonly lift: number;
  readonly power: number;
  readonly alpha: number;
  readonly arms: number;
  /** Share of the units that are let in. */
  readonly share: number;
  /** For one look at the end by the t-test instead of the sequence. */
  readonly fixedHorizon: boolean;
}

export interface PowerEstimate {
  readonly unitsPerArm: number;
  readonly days: number;
  /** Chance that this very number of units finds the lift, by the exact formula of the test that will read it. */
  readonly power: number;
  readonly byDays: readonly { readonly days: number; readonly minimumDetectableLift: number | null }[];
}

const mostUnits = 1e9;
const shownDays = [3, 7, 10, 14, 21, 28, 42, 56] as const;

/**
 * The units an arm that find a lift with the wanted chance: for the sequence by its exact chance to exclude zero at
 * that number (it may be looked at before, so the chance over all looks is higher), for one look by the t-test's.
 * The sequence is tuned to the units that it is planned for. Null when no traffic could find it.
 */
export function estimatePower(baseline: Baseline, question: PowerQuestion): PowerEstimate | null {
  const { mean, variance, unitsPerDay } = baseline;
  const { lift, power, alpha, arms, share, fixedHorizon } = question;
  if (!(mean > 0) || !(variance > 0)) return null;
  const perComparison = alpha / (arms - 1);
  const chance = (unitsPerArm: number) => {
    const plan = { mean, variance, unitsPerArm, alpha: perComparison };
    return fixedHorizon
      ? powerOfLift({ ...plan, tuningSampleSize: null }, lift)
      : sequenceCrossingPower({ ...plan, tuningSampleSize: 2 * unitsPerArm }, lift);
  };
  if (chance(mostUnits) < power) return null;
  let [low, high] = [1, mostUnits];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (chance(middle) >= power) high = middle;
    else low = middle;
  }
  const armsPerDay = (unitsPerDay * share) / arms;
  return {
    unitsPerArm: high,
    days: armsPerDay > 0 ? Math.ceil(high / armsPerDay) : Number.POSITIVE_INFINITY,
    power: chance(high),
    byDays: shownDays.map((days) => {
      const unitsPerArm = Math.floor(armsPerDay * days);
      const tuningSampleSize = fixedHorizon ? null : 2 * unitsPerArm;
      const plan = { mean, variance, unitsPerArm, alpha: perComparison, tuningSampleSize };
      return { days, minimumDetectableLift: unitsPerArm < 2 ? null : minimumDetectableLift(plan, power) };
    }),
  };
}
