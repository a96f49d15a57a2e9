import { type Dimension, dimensions } from './experiment-definition.js';

/** Units of one trait, and how many the shares of their rounds had let expect; both by variant. */
export interface BanditSlice {
  readonly dimension: Dimension;
  readonly value: string;
  readonly units: readonly number[];
  readonly expected: readonly number[];
}

/** Values of a dimension that are kept: callers choose them, and may send many. */
const mostValues = 50;

/**
 * Adds a round: shares move from round to round, so those who came in it are held against its own shares, and sums of
 * units and of expectations over all rounds can be compared. A value that is dropped takes both with it.
 */
export function addBanditSlices(
  before: readonly BanditSlice[],
  round: readonly Omit<BanditSlice, 'expected'>[],
  shares: readonly number[],
): readonly BanditSlice[] {
  const slices = new Map(before.map((slice) => [JSON.stringify([slice.dimension, slice.value]), slice]));
  for (const { dimension, value, units } of round) {
    const key = JSON.stringify([dimension, value]);
    const old = slices.get(key);
    const total = units.reduce((sum, n) => sum + n, 0);
    slices.set(key, {
      dimension,
      value,
      units: units.map((n, at) => n + (old?.units[at] ?? 0)),
      expected: units.map((_, at) => total * (shares[at] ?? 0) + (old?.expected[at] ?? 0)),
    });
  }
  const size = ({ units }: BanditSlice) => units.reduce((sum, n) => sum + n, 0);
  return dimensions.flatMap((dimension) =>
    [...slices.values()]
      .filter((slice) => slice.dimension === dimension)
      .sort((a, b) => size(b) - size(a) || (a.value < b.value ? -1 : 1))
      .slice(0, mostValues),
  );
}
