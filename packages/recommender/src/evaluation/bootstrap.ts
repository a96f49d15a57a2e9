import type { Random } from '@kindling/domain';

export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** One draw of splits and of people within each: [split, positions of the people drawn]. */
export type Resample = readonly (readonly [split: number, people: Int32Array])[];

/**
 * Draws for a bootstrap over splits AND people: as many splits as there are, with replacement, and of each drawn
 * split as many people as it has, with replacement. All methods and metrics are read through the same draws, so
 * their differences are paired. With a single split only people vary, and the interval says nothing of other splits.
 */
export function resamples(peopleOfSplits: readonly number[], draws: number, random: Random): Resample[] {
  const pick = (count: number) => Math.floor(random() * count);
  return Array.from({ length: draws }, () =>
    peopleOfSplits.map(() => {
      const split = pick(peopleOfSplits.length);
      const people = peopleOfSplits[split] ?? 0;
      return [split, Int32Array.from({ length: people }, () => pick(people))] as const;
    }),
  );
}

/** Mean over the splits of the mean over their people; one value a draw. */
export function meansOf(values: readonly Float64Array[], draws: readonly Resample[]): Float64Array {
  return Float64Array.from(draws, (draw) => {
    let total = 0;
    for (const [split, people] of draw) {
      const ofSplit = values[split] as Float64Array;
      let sum = 0;
      for (const person of people) sum += ofSplit[person] as number;
      total += people.length === 0 ? 0 : sum / people.length;
    }
    return total / Math.max(1, draw.length);
  });
}

/** The percentile interval (95 %) of the draws around the mean of what was seen. */
export function intervalOf(mean: number, draws: Float64Array): Interval {
  const sorted = draws.slice().sort();
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(share * (sorted.length - 1))))] ?? mean;
  return { mean, low: at(0.025), high: at(0.975) };
}

/** Two-sided p of "no difference": twice the smaller share of draws on one side of 0, never below 1 / (draws + 1). */
export function bootstrapP(differences: Float64Array): number {
  let below = 0;
  let above = 0;
  for (const difference of differences) {
    if (difference <= 0) below++;
    if (difference >= 0) above++;
  }
  return Math.min(1, (2 * (Math.min(below, above) + 1)) / (differences.length + 1));
}

/** Mean over the splits of the mean over people. */
export function meanOf(values: readonly Float64Array[]): number {
  let total = 0;
  for (const ofSplit of values) {
    let sum = 0;
    for (const value of ofSplit) sum += value;
    total += ofSplit.length === 0 ? 0 : sum / ofSplit.length;
  }
  return values.length === 0 ? 0 : total / values.length;
}
