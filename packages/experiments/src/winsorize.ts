/**
 * The value above which a heavy-tailed metric is cut: the 99.9th percentile of all units, whatever their arm, so that
 * the cut is fixed before the arms are looked at. Linear between order statistics (Hyndman and Fan, type 7). Show the metric raw beside it.
 */
export function pooledCap(values: Iterable<number>, percentile = 0.999): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return Number.POSITIVE_INFINITY;
  const at = percentile * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? 0;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (at - Math.floor(at)) * (high - low);
}

export const winsorize = (value: number, cap: number): number => Math.min(value, cap);
