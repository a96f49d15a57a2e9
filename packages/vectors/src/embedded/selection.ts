import type { ItemFilter } from '@kindling/domain';
import { arena, type Kernel } from './kernel.js';
import type { Shard } from './shard.js';

/** The rows of one chunk that a query looks at: `count` of them, their numbers at `list`. */
export interface ChunkSelection {
  readonly chunk: number;
  readonly list: number;
  readonly count: number;
}

/** What narrows a query, beside the vectors. */
export interface Narrowing {
  readonly filter?: ItemFilter;
  readonly exclude?: Float64Array;
  /** Only rows that have, in this field, a value that is not among those seen: for groups. */
  readonly unseen?: { readonly field: string; readonly seen: readonly (string | number)[] };
}

/**
 * Turns filter and exclusions into a list of rows a chunk. A chunk that is wanted whole needs no list of its own, one
 * that is not wanted at all is not read: the more selective the filter, the less memory the scan touches.
 */
export function select(kernel: Kernel, shard: Shard, narrowing: Narrowing): readonly ChunkSelection[] {
  const { points, payloads } = shard;
  const mask = narrowing.filter ? payloads.mask(narrowing.filter, points.size) : null;
  const excluded = new Map<number, Set<number>>();
  for (const key of narrowing.exclude ?? []) {
    const row = points.rowOfKey(key);
    if (row === undefined) continue;
    const chunk = Math.floor(row / points.rowsPerChunk);
    const rows = excluded.get(chunk);
    if (rows) rows.add(row);
    else excluded.set(chunk, new Set([row]));
  }
  const { unseen } = narrowing;
  const seen = new Set<unknown>(unseen?.seen);
  const hasUnseen = (values: readonly unknown[]) => groupValues(values).some((value) => !seen.has(value));
  const selections: ChunkSelection[] = [];
  for (let chunk = 0; chunk < points.chunkCount; chunk++) {
    const rows = points.rowsInChunk(chunk);
    const without = excluded.get(chunk);
    if (!mask && !without && !unseen) {
      selections.push({ chunk, list: arena.identity, count: rows });
      continue;
    }
    const at = points.address(chunk, 'list');
    const first = chunk * points.rowsPerChunk;
    const { uint16 } = kernel.views;
    const list = at / 2;
    let count = 0;
    if (mask && !without && !unseen) {
      // Without a branch: the row is written, and overwritten by the next one unless it is wanted.
      for (let row = 0; row < rows; row++) {
        uint16[list + count] = row;
        count += mask[first + row] as number;
      }
    } else {
      for (let row = 0; row < rows; row++) {
        if (mask?.[first + row] === 0 || without?.has(first + row)) continue;
        if (unseen && !hasUnseen(payloads.valuesAt(first + row, unseen.field))) continue;
        uint16[list + count++] = row;
      }
    }
    if (count === 0) continue;
    // The kernel takes four rows at a time.
    uint16.fill(0, list + count, list + Math.ceil(count / 4) * 4);
    selections.push({ chunk, list: at, count });
  }
  return selections;
}

/** Strings and whole numbers make groups. */
export const groupValues = (values: readonly unknown[]) =>
  values.filter(
    (value): value is string | number => typeof value === 'string' || Number.isSafeInteger(value),
  );
