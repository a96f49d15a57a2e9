import type { ItemNumber } from '@kindling/domain';
import type { CandidatePool } from '../candidate-pool.js';
import type { CollaborativeScores } from '../candidates/collaborative.js';
import { entry, type Term } from './term.js';

/**
 * Rungs 4 and 5: what people did who like the same, for items with evidence; for items without, carried over from the
 * items that they resemble. weight * s / (highest s of the pool's candidates of that kind): in [0, weight].
 *
 * Items with and without evidence are read against their own kind's highest score, as their sums are of different
 * lists: raw, the bridge's smaller weights would keep every new item below every known one.
 */
export function collaborative(
  found: CollaborativeScores,
  pool: CandidatePool,
  {
    weight,
    hasEvidence,
    anchorIndex,
  }: {
    readonly weight: number;
    readonly hasEvidence: (row: number) => boolean;
    readonly anchorIndex: (item: ItemNumber) => number;
  },
): Term {
  const highest = [0, 0];
  const kindOf = (row: number) => (hasEvidence(row) ? 1 : 0);
  for (const row of pool.rows) {
    const kind = kindOf(row);
    highest[kind] = Math.max(highest[kind] as number, found.scores[row] as number);
  }
  const scale = highest.map((score) => (score > 0 ? weight / score : 0));
  const values = Float64Array.from(
    pool.rows,
    (row) => (found.scores[row] as number) * (scale[kindOf(row)] as number),
  );
  return {
    addTo: (sum, candidate) => sum + (values[candidate] as number),
    entries: (candidate) => {
      const value = values[candidate] as number;
      if (value === 0) return [];
      const lead = found.lead(pool.rows[candidate] as number);
      return [entry('collaborative', value, { anchor: lead === null ? -1 : anchorIndex(lead) })];
    },
  };
}
