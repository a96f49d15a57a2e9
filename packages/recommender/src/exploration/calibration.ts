import { wilsonInterval } from './wilson-interval.js';

/** What was expected of an item on its first day, and what came of it. */
export interface RateOutcome {
  readonly expected: number;
  readonly impressions: number;
  readonly clicks: number;
}

export interface CalibrationBin {
  readonly items: number;
  readonly impressions: number;
  /** Mean of the expected rates, each item as often as it was shown. */
  readonly expected: number;
  readonly observed: number;
  /** Where the observed rate lies with 95 % confidence (Wilson). */
  readonly low: number;
  readonly high: number;
}

export interface Calibration {
  /** In order of the expected rate, of about equally many impressions each. */
  readonly bins: readonly CalibrationBin[];
  /** Mean over impressions of |expected - observed| of the bin: 0 is perfect. */
  readonly calibrationError: number;
  /** Mean over impressions of (expected - click)^2. */
  readonly brierScore: number;
}

/** The reliability table of day-0 estimates. Items that were never shown say nothing and are left out. */
export function calibration(outcomes: readonly RateOutcome[], bins = 10): Calibration {
  const shown = outcomes.filter(({ impressions }) => impressions > 0).sort((a, b) => a.expected - b.expected);
  const total = shown.reduce((sum, { impressions }) => sum + impressions, 0);
  const groups: RateOutcome[][] = [];
  let before = 0;
  for (const outcome of shown) {
    // By the middle of its impressions, so that one large item does not leave empty bins behind it.
    const bin = Math.min(bins - 1, Math.floor((bins * (before + outcome.impressions / 2)) / total));
    groups[bin] = [...(groups[bin] ?? []), outcome];
    before += outcome.impressions;
  }
  const table = groups.filter((group) => group.length > 0).map(binOf);
  const weighted = (value: (bin: CalibrationBin) => number) =>
    table.reduce((sum, bin) => sum + bin.impressions * value(bin), 0) / Math.max(1, total);
  const squares = shown.reduce(
    (sum, { expected, impressions, clicks }) =>
      sum + clicks * (1 - expected) ** 2 + (impressions - clicks) * expected ** 2,
    0,
  );
  return {
    bins: table,
    calibrationError: weighted(({ expected, observed }) => Math.abs(expected - observed)),
    brierScore: squares / Math.max(1, total),
  };
}

function binOf(group: readonly RateOutcome[]): CalibrationBin {
  let [impressions, clicks, expected] = [0, 0, 0];
  for (const outcome of group) {
    impressions += outcome.impressions;
    clicks += outcome.clicks;
    expected += outcome.expected * outcome.impressions;
  }
  const observed = clicks / impressions;
  return {
    items: group.length,
    impressions,
    expected: expected / impressions,
    observed,
    ...wilsonInterval(clicks, impressions),
  };
}
