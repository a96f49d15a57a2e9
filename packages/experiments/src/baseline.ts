/** What a real unit did: y, and x for a ratio. */
export interface UnitValue {
  readonly y: number;
  readonly x: number;
}

/** What a catalogue's own units tell of a metric before an experiment. */
export interface Baseline {
  readonly mean: number;
  /** Of one unit; of a ratio by the delta method. */
  readonly variance: number;
  /** Mean of what a ratio divides by; 1 of other metrics. */
  readonly denominator: number;
  /** Every unit's distance from the mean, the farthest first; of a ratio R by its linear form (y - R x)/d. */
  readonly distances: Float64Array;
}

export function baselineOf(values: readonly UnitValue[], isRatio: boolean): Baseline {
  let [y, x] = [0, 0];
  for (const value of values) {
    y += value.y;
    x += isRatio ? value.x : 1;
  }
  const mean = x > 0 ? y / x : 0;
  const denominator = isRatio && x > 0 ? x / values.length : 1;
  const distances = Float64Array.from(values, (value) =>
    isRatio ? (value.y - mean * value.x) / denominator : value.y - mean,
  ).sort((a, b) => Math.abs(b) - Math.abs(a));
  let squares = 0;
  for (const distance of distances) squares += distance ** 2;
  const variance = values.length > 1 ? squares / (values.length - 1) : 0;
  return { mean, variance, denominator, distances };
}
