import type { ItemNumber } from '@kindling/domain';
import { kthLargest } from '../largest.js';

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
function positionIn(sorted: Int32Array, number: number): number {
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

interface Row {
  readonly targets: Int32Array;
  readonly scores: Float32Array;
}

/** Gathers scores, and keeps the `most` best of each source; ties go to the lower number. */
export class TargetListBuilder {
  private readonly rows = new Map<number, Row>();

  constructor(private readonly most: number) {}

  /** scores[t] of targets[t] for a source; may be called again with further targets. */
  add(source: number, targets: Int32Array, scores: Float32Array): void {
    const known = this.rows.get(source);
    const least = known?.scores[this.most - 1] ?? 0;
    // nearly all of a large catalogue is far from the best few: sorting it would cost most of a training
    const cut = scores.length > this.most ? kthLargest(scores, this.most) : 0;
    const entries: { target: number; score: number }[] = [];
    scores.forEach((score, at) => {
      if (score > least && score >= cut) entries.push({ target: targets[at] ?? 0, score });
    });
    if (entries.length === 0) return;
    known?.scores.forEach((score, at) => {
      entries.push({ target: known.targets[at] ?? 0, score });
    });
    entries.sort((a, b) => b.score - a.score || a.target - b.target);
    const kept = entries.slice(0, this.most);
    this.rows.set(source, {
      targets: Int32Array.from(kept, ({ target }) => target),
      scores: Float32Array.from(kept, ({ score }) => score),
    });
  }

  build(): TargetLists {
    const sources = Int32Array.from(this.rows.keys()).sort();
    const rows = Array.from(sources, (source) => this.rows.get(source));
    const starts = new Int32Array(sources.length + 1);
    rows.forEach((row, at) => {
      starts[at + 1] = (starts[at] ?? 0) + (row?.targets.length ?? 0);
    });
    const targets = new Int32Array(starts[sources.length] ?? 0);
    const scores = new Float32Array(targets.length);
    rows.forEach((row, at) => {
      if (row === undefined) return;
      targets.set(row.targets, starts[at]);
      scores.set(row.scores, starts[at]);
    });
    return { sources, starts, targets, scores };
  }
}
