import { kthLargest } from '../largest.js';
import type { FieldKernel } from './field-kernel.js';
import { targetsFrom } from './fusion-cases.js';

/** Likes known of a person. */
export const knownCounts = [1, 3, 10] as const;

/** One held-out person with the first of `knownCounts[count]` items known. */
export interface ContentCase {
  /** Position in `knownCounts`. */
  readonly count: number;
  /** Of each kernel, by candidate: the sum of its similarities to the history. */
  readonly similarities: readonly Float32Array[];
  readonly prior: Float32Array;
  readonly isTarget: Uint8Array;
  /** All targets, also those that are no candidates. */
  readonly targets: number;
}

export interface ContentCasesTask {
  readonly kernels: readonly FieldKernel[];
  readonly trained: Int32Array;
  /** By trained item. */
  readonly prior: Float32Array;
  readonly signal?: AbortSignal | undefined;
}

/** Candidates of each kernel and of the prior. */
const candidatesEach = 50;

/** As many people are looked at together: a kernel answers for a block of items at hardly more cost than for one. */
const peopleAtOnce = 32;

/** For each person one of each of `knownCounts` that they went beyond. `sequences`: columns of what each did, oldest first. */
export async function contentCases(
  { kernels, trained, prior, signal }: ContentCasesTask,
  sequences: readonly Int32Array[],
): Promise<readonly (readonly ContentCase[])[]> {
  const mostKnown = Math.max(...knownCounts);
  const cases: ContentCase[][] = [];
  for (let from = 0; from < sequences.length; from += peopleAtOnce) {
    signal?.throwIfAborted();
    const block = sequences.slice(from, from + peopleAtOnce);
    const known = [...new Set(block.flatMap((sequence) => [...sequence.subarray(0, mostKnown)]))];
    const rowOf = new Map(known.map((column, row) => [column, row]));
    const left = Int32Array.from(known, (column) => trained[column] ?? 0);
    const rows: Float32Array[] = [];
    for (const kernel of kernels) rows.push(await kernel.between(left, trained));
    for (const sequence of block) {
      const counts = knownCounts.filter((count) => count < sequence.length);
      cases.push(
        counts.map((count, at) => caseOf(sequence, { count, at }, (column) => rowOf.get(column) ?? 0)),
      );
    }

    function caseOf(
      sequence: Int32Array,
      { count, at }: { readonly count: number; readonly at: number },
      rowOf: (column: number) => number,
    ): ContentCase {
      const history = sequence.subarray(0, count);
      const sums = rows.map((similarities) => {
        const sum = new Float32Array(trained.length);
        for (const column of history) {
          const start = rowOf(column) * sum.length;
          for (let item = 0; item < sum.length; item++) {
            sum[item] = (sum[item] as number) + (similarities[start + item] as number);
          }
        }
        for (const column of history) sum[column] = 0;
        return sum;
      });
      const competes = new Uint8Array(trained.length);
      for (const values of [...sums, prior]) {
        const least = kthLargest(values, Math.min(candidatesEach, values.length));
        for (let item = 0; item < values.length; item++) {
          if ((values[item] as number) > 0 && (values[item] as number) >= least) competes[item] = 1;
        }
      }
      for (const column of history) competes[column] = 0;
      const candidates = Int32Array.from(competes.keys()).filter((item) => competes[item] === 1);
      const wanted = new Set(sequence.slice(targetsFrom(count, sequence.length)));
      return {
        count: at,
        similarities: sums.map((sum) => Float32Array.from(candidates, (item) => sum[item] as number)),
        prior: Float32Array.from(candidates, (item) => prior[item] as number),
        isTarget: Uint8Array.from(candidates, (item) => (wanted.has(item) ? 1 : 0)),
        targets: wanted.size,
      };
    }
  }
  return cases;
}
