import type { SlotLimits } from '../exploration/slot-limits.js';
import type { SlotQuota } from './arrange-slots.js';
import type { RowTest } from './row-matcher.js';

/** What has to hold of slots that were arranged, and how far they keep it: rows in the order of the slots. */
export function arrangedLimits({
  rows,
  quotas,
  quotasOf,
  pinned,
  resting,
}: {
  readonly rows: readonly number[];
  readonly quotas: readonly SlotQuota[];
  readonly quotasOf: (row: number) => readonly number[];
  readonly pinned: ReadonlySet<number>;
  readonly resting: RowTest | undefined;
}): SlotLimits {
  const counted = quotas.map(() => 0);
  rows.forEach((row, rank) => {
    for (const quota of quotasOf(row)) {
      if (rank < (quotas[quota]?.within ?? 0)) counted[quota] = (counted[quota] ?? 0) + 1;
    }
  });
  return {
    quotas: quotas.map((quota, place) => ({ ...quota, counted: counted[place] ?? 0 })),
    quotasOf,
    mayRise: (row) => !pinned.has(row) && !resting?.(row),
  };
}
