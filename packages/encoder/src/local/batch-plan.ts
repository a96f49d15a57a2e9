export interface BatchLimits {
  /** Padded tokens of one batch: rows times the longest row. A single longer text is a batch of its own. */
  readonly budgetTokens: number;
  /** Share of a batch that may be padding, in [0, 1). */
  readonly maximumPadding: number;
}

/**
 * Splits texts into batches, as places in `lengths`. Texts of like length meet, so padding stays small; the
 * costliest batches come first, so that threads finish together. Every text is in exactly one batch.
 */
export function planBatches(lengths: readonly number[], limits: BatchLimits): number[][] {
  const byLength = lengths.map((_, place) => place);
  byLength.sort((a, b) => lengthAt(lengths, a) - lengthAt(lengths, b));
  const batches: number[][] = [];
  let batch: number[] = [];
  let tokens = 0;
  for (const place of byLength) {
    const length = lengthAt(lengths, place);
    const padded = (batch.length + 1) * length;
    const fits = padded <= limits.budgetTokens && 1 - (tokens + length) / padded <= limits.maximumPadding;
    if (batch.length > 0 && !fits) {
      batches.push(batch);
      batch = [];
      tokens = 0;
    }
    batch.push(place);
    tokens += length;
  }
  if (batch.length > 0) batches.push(batch);
  return batches.reverse();
}

function lengthAt(lengths: readonly number[], place: number): number {
  return lengths[place] ?? 0;
}
