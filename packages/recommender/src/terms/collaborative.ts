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
  const { size } = pool;
  const places = new Int32Array(size);
  const isKnown = new Uint8Array(size);
  let [mostNew, mostKnown] = [0, 0];
  for (let candidate = 0; candidate < size; candidate++) {
    const row = pool.rowAt(candidate);
    const place = found.placeOf(row);
    places[candidate] = place;
    if (place < 0) continue;
    const score = found.peopleAt(place) + found.contentAt(place);
    if (hasEvidence(row)) {
      isKnown[candidate] = 1;
      mostKnown = Math.max(mostKnown, score);
    } else mostNew = Math.max(mostNew, score);
  }
  const ofNew = mostNew > 0 ? newItemWeight / mostNew : 0;
  const ofKnown = mostKnown > 0 ? weight / mostKnown : 0;
  const byPeople = new Float64Array(size);
  const byContent = new Float64Array(size);
  for (let candidate = 0; candidate < size; candidate++) {
    const place = places[candidate] as number;
    if (place < 0) continue;
    const scale = isKnown[candidate] === 1 ? ofKnown : ofNew;
    byPeople[candidate] = scale * found.peopleAt(place);
    byContent[candidate] = scale * found.contentAt(place);
  }
  return {
    addTo: (sums) => {
      for (let candidate = 0; candidate < size; candidate++) {
        sums[candidate] =
          (sums[candidate] as number) + (byPeople[candidate] as number) + (byContent[candidate] as number);
      }
    },
    entries: (candidate) => {
      const place = places[candidate] as number;
      const lead = place < 0 ? null : found.leadAt(place);
      const anchor = lead === null ? -1 : anchorIndex(lead);
      const measure = place < 0 ? 0 : found.similarityAt(place);
      return [
        entry('collaborative', byPeople[candidate] as number, { anchor }),
        entry('history', byContent[candidate] as number, { anchor, measure }),
      ];
    },
  };
}
