import type { ItemNumber } from '@kindling/domain';
import type { CandidatePool } from '../candidate-pool.js';
import type { CollaborativeScores } from '../candidates/collaborative.js';
import { entry, type Term } from './term.js';

export interface CollaborativeOptions {
  /** Of items with evidence: the share that validation left to the model. */
  readonly weight: number;
  readonly newItemWeight: number;
  readonly hasEvidence: (row: number) => boolean;
  readonly anchorIndex: (item: ItemNumber) => number;
}

/**
 * Rungs 4 and 5: what people did who like the same, and for items without evidence what carries over from the items
 * that they resemble: weight * s / (highest s of the pool's candidates of that kind), in [0, weight]. What the items'
 * content adds to it is booked as `history`.
 *
 * Items with and without evidence are read against their own kind's highest score, as their sums are of different
 * lists: raw, the bridge's smaller weights would keep every new item below every known one.
 */
export function collaborative(
  found: CollaborativeScores,
  pool: CandidatePool,
  { weight, newItemWeight, hasEvidence, anchorIndex }: CollaborativeOptions,
): Term {
  const { people, content } = found;
  const highest = [0, 0];
  const kindOf = (row: number) => (hasEvidence(row) ? 1 : 0);
  for (const row of pool.rows) {
    const kind = kindOf(row);
    highest[kind] = Math.max(highest[kind] as number, (people[row] as number) + (content[row] as number));
  }
  const scale = [newItemWeight, weight].map((most, kind) => {
    const score = highest[kind] as number;
    return score > 0 ? most / score : 0;
  });
  const valuesOf = (scores: Float32Array) =>
    Float64Array.from(pool.rows, (row) => (scores[row] as number) * (scale[kindOf(row)] as number));
  const [byPeople, byContent] = [valuesOf(people), valuesOf(content)];
  return {
    addTo: (sum, candidate) => sum + (byPeople[candidate] as number) + (byContent[candidate] as number),
    entries: (candidate) => {
      const row = pool.rows[candidate] as number;
      const lead = found.lead(row);
      const anchor = lead === null ? -1 : anchorIndex(lead);
      return [
        entry('collaborative', byPeople[candidate] as number, { anchor }),
        entry('history', byContent[candidate] as number, { anchor, measure: found.similarity(row) }),
      ];
    },
  };
}
