import type { ItemNumber } from '@kindling/domain';

/**
 * For each history item its best targets, as compressed rows: sources[r] has targets[k] with scores[k] for
 * offsets[r] <= k < offsets[r + 1], best first. Sources ascend; scores add up over a history.
 */
export interface ItemLists {
  readonly sources: Int32Array;
  readonly offsets: Int32Array;
  /** Item numbers. */
  readonly targets: Int32Array;
  readonly scores: Float32Array;
}

/** The row of a source, by bisection; -1 when it has none. */
export function rowOf({ sources }: ItemLists, item: ItemNumber): number {
  let low = 0;
  let high = sources.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const source = sources[middle] as number;
    if (source === item) return middle;
    if (source < item) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
