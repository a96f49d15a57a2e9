import { arena, heapAt, type Kernel, queries16At, resultsAt, slots } from './kernel.js';
import { type Narrowing, select } from './selection.js';
import type { Shard } from './shard.js';

/*
 * The two kinds of scan, both exact. First every selected row's similarity is estimated from int8, with a bound on
 * the error that holds for certain; the k-th highest lower bound is a threshold that the true best k reach. Then the
 * rows whose upper bound reaches it, a few hundred, are scored from float32 in float64. See `admit` in the kernel.
 */

export interface ScanHit {
  readonly score: number;
  readonly key: number;
  readonly row: number;
}
export interface ScanLimits {
  readonly limit: number;
  readonly minimumScore: number;
}

/** The nearest to each vector; vectors need not be normalised. */
export function scanNearest(
  kernel: Kernel,
  shard: Shard,
  vectors: readonly Float32Array[],
  { limit, minimumScore }: ScanLimits,
  narrowing: Narrowing,
): readonly (readonly ScanHit[])[] {
  const { points } = shard;
  const { run } = kernel;
  const selections = select(kernel, shard, narrowing);
  const results: (readonly ScanHit[])[] = [];
  for (let from = 0; from < vectors.length; from += slots) {
    const queries = vectors.slice(from, from + slots).map((vector, slot) => {
      kernel.clearHeaps(slot);
      return writeQuery(kernel, vector, points.paddedDimensions, slot);
    });
    for (const { chunk, list, count } of selections) {
      const q8 = points.address(chunk, 'q8');
      const scales = points.address(chunk, 'scales');
      const errors = points.address(chunk, 'errors');
      for (const [slot, { scale, errorWeight, slack }] of queries.entries()) {
        const estimates = points.estimatesAddress(chunk, slot);
        run.estimate(q8, scales, list, count, points.paddedDimensions, queries16At(slot), scale, estimates);
        run.admit(estimates, list, count, errors, errorWeight, slack, heapAt(slot), limit);
      }
    }
    for (const slot of queries.keys()) {
      const threshold = Math.max(kernel.threshold(slot, limit), roundedDown(minimumScore));
      for (const { chunk, list, count } of selections) {
        run.rescore(
          points.estimatesAddress(chunk, slot),
          list,
          count,
          points.address(chunk, 'vectors'),
          points.address(chunk, 'keys'),
          points.paddedDimensions,
          queries64At(slot, points.paddedDimensions),
          threshold,
          minimumScore,
          chunk * points.rowsPerChunk,
          resultsAt(slot),
          limit,
        );
      }
      results.push(kernel.results(slot));
    }
  }
  return results;
}

/** The strategy bestScore over normalised examples; there is at least one. */
export function scanBestScore(
  kernel: Kernel,
  shard: Shard,
  positive: readonly Float32Array[],
  negative: readonly Float32Array[],
  { limit, minimumScore }: ScanLimits,
  narrowing: Narrowing,
): readonly ScanHit[] {
  const { points } = shard;
  const { run } = kernel;
  const selections = select(kernel, shard, narrowing);
  kernel.clearHeaps(0);
  const queries = [...positive, ...negative].map((vector, slot) =>
    writeQuery(kernel, vector, points.paddedDimensions, slot),
  );
  const errorWeight = Math.max(...queries.map((query) => query.errorWeight));
  const slack = Math.max(...queries.map((query) => query.slack));
  const [positives, negatives, estimates] = [0, 1, 2];
  for (const { chunk, list, count } of selections) {
    for (const slot of [positives, negatives]) {
      const at = points.estimatesAddress(chunk, slot) / 4;
      kernel.views.float32.fill(-Infinity, at, at + points.rowsPerChunk);
    }
    const estimatesAt = points.estimatesAddress(chunk, estimates);
    for (const [at, { scale }] of queries.entries()) {
      run.estimate(
        points.address(chunk, 'q8'),
        points.address(chunk, 'scales'),
        list,
        count,
        points.paddedDimensions,
        queries16At(at),
        scale,
        estimatesAt,
      );
      const kind = at < positive.length ? positives : negatives;
      run.maximum(points.estimatesAddress(chunk, kind), estimatesAt, count);
    }
    run.admitBestScore(
      points.estimatesAddress(chunk, positives),
      points.estimatesAddress(chunk, negatives),
      list,
      count,
      points.address(chunk, 'errors'),
      errorWeight,
      slack,
      heapAt(0),
      limit,
    );
  }
  const threshold = Math.max(kernel.threshold(0, limit), roundedDown(minimumScore));
  for (const { chunk, list, count } of selections) {
    run.rescoreBestScore(
      points.estimatesAddress(chunk, positives),
      list,
      count,
      points.address(chunk, 'vectors'),
      points.address(chunk, 'keys'),
      points.paddedDimensions,
      queries64At(0, points.paddedDimensions),
      positive.length,
      negative.length,
      threshold,
      minimumScore,
      chunk * points.rowsPerChunk,
      resultsAt(0),
      limit,
    );
  }
  return kernel.results(0);
}

interface QueryBounds {
  readonly scale: number;
  readonly errorWeight: number;
  readonly slack: number;
}

/**
 * Puts a query into the arena as int16 and as float64, and says how far an estimate with it can be off. The scale is
 * as fine as sum |query| * 127 < 2^31 allows, so the query's own error is some 200 times smaller than the rows'.
 */
function writeQuery(kernel: Kernel, vector: Float32Array, padded: number, slot: number): QueryBounds {
  let largest = 0;
  let sum = 0;
  let squares = 0;
  for (const value of vector) {
    largest = Math.max(largest, Math.abs(value));
    sum += Math.abs(value);
    squares += value * value;
  }
  const safe = (2 ** 31 - 1) / 127 - padded;
  const levels = largest > 0 ? Math.min(32_767, Math.floor((safe * largest) / sum)) : 1;
  const scale = largest > 0 ? Math.fround(largest / levels) : 1;
  const { int16, float64 } = kernel.views;
  const at16 = queries16At(slot) / 2;
  const at64 = queries64At(slot, padded) / 8;
  int16.fill(0, at16, at16 + padded);
  float64.fill(0, at64, at64 + padded);
  let errors = 0;
  for (const [at, value] of vector.entries()) {
    const level = Math.max(-levels, Math.min(levels, Math.round(value / scale)));
    int16[at16 + at] = level;
    float64[at64 + at] = value;
    errors += (value - level * scale) ** 2;
  }
  const norm = Math.sqrt(squares);
  const error = Math.sqrt(errors);
  // |estimate - truth| <= |e_x| |y| + |x - e_x| |e_y|, |x| <= 1.001; float32 rounding is well below 4e-6 |y|.
  return { scale, errorWeight: norm + error, slack: 1.001 * error + 4e-6 * norm };
}

/** Queries in float64 lie close together, because bestScore walks through them. */
const queries64At = (slot: number, padded: number) => arena.queries64 + slot * padded * 8;

/** The kernel's threshold is float32: rounding must not raise it. */
const roundedDown = (value: number) =>
  Number.isFinite(value) ? value - 1e-6 * (1 + Math.abs(value)) : value;
