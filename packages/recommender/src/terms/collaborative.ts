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
  const scores = pool.rows.map((row) => found.scoreOf(row));
  const kinds = Uint8Array.from(pool.rows, (row) => (hasEvidence(row) ? 1 : 0));
  const highest = [0, 0];
  scores.forEach((score, candidate) => {
    const kind = kinds[candidate] as number;
    if (score) highest[kind] = Math.max(highest[kind] as number, score.people + score.content);
  });
  const scale = [newItemWeight, weight].map((most, kind) => {
    const score = highest[kind] as number;
    return score > 0 ? most / score : 0;
  });
  const valuesOf = (part: 'people' | 'content') =>
    Float64Array.from(
      scores,
      (score, candidate) => (score?.[part] ?? 0) * (scale[kinds[candidate] as number] as number),
    );
  const [byPeople, byContent] = [valuesOf('people'), valuesOf('content')];
  return {
    addTo: (sum, candidate) => sum + (byPeople[candidate] as number) + (byContent[candidate] as number),
    entries: (candidate) => {
      const score = scores[candidate] ?? null;
      const anchor = score === null ? -1 : anchorIndex(score.lead);
      return [
        entry('collaborative', byPeople[candidate] as number, { anchor }),
        entry('history', byContent[candidate] as number, { anchor, measure: score?.similarity ?? 0 }),
      ];
    },
  };
}
