import type { ItemNumber } from '@kindling/domain';

/**
 * For each history item its best targets, as compressed rows: sources[r] has targets[k] with scores[k] for
 * starts[r] <= k < starts[r + 1], best first. Sources ascend. Scores are above 0 and add up over a history.
 */
export interface TargetLists {
  /** Item numbers. */
  readonly sources: Int32Array;
  readonly starts: Int32Array;
  /** Item numbers. */
  readonly targets: Int32Array;
  readonly scores: Float32Array;
}

/** The row of a source; -1 when it has none. */
export const rowOf = ({ sources }: TargetLists, item: ItemNumber): number => positionIn(sources, item);

/** Where a number is in an ascending array, by bisection; -1 when it is not. */
export function positionIn(sorted: Int32Array, number: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = sorted[middle] ?? 0;
    if (found === number) return middle;
    if (found < number) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

interface Entry {
  readonly target: number;
  readonly score: number;
}

/** Gathers scores, and keeps the `most` best of each source; ties go to the lower number. */
export class TargetListBuilder {
  private readonly rows = new Map<number, readonly Entry[]>();

  constructor(private readonly most: number) {}

  /** scores[t] of targets[t] for a source; may be called again with further targets. */
  add(source: number, targets: Int32Array, scores: Float32Array): void {
    const known = this.rows.get(source) ?? [];
    const least = known.length < this.most ? 0 : (known[known.length - 1]?.score ?? 0);
    const entries = [...known];
    scores.forEach((score, at) => {
      if (score > least) entries.push({ target: targets[at] ?? 0, score });
    });
    if (entries.length === known.length) return;
    entries.sort((a, b) => b.score - a.score || a.target - b.target);
    this.rows.set(source, entries.slice(0, this.most));
  }

  build(): TargetLists {
    const sources = Int32Array.from(this.rows.keys()).sort();
    const starts = new Int32Array(sources.length + 1);
    sources.forEach((source, row) => {
      starts[row + 1] = (starts[row] ?? 0) + (this.rows.get(source)?.length ?? 0);
    });
    const targets = new Int32Array(starts[sources.length] ?? 0);
    const scores = new Float32Array(targets.length);
    sources.forEach((source, row) => {
      this.rows.get(source)?.forEach(({ target, score }, place) => {
        targets[(starts[row] ?? 0) + place] = target;
        scores[(starts[row] ?? 0) + place] = score;
      });
    });
    return { sources, starts, targets, scores };
  }
}
