import type { Random } from '@kindling/domain';
import { teamDraft } from '@kindling/experiments';
import type { RankedSlot, Ranking } from '@kindling/recommender';

export interface InterleavedRanking {
  readonly ranking: Ranking;
  /** By slot, the position of the variant that drafted it. */
  readonly teams: readonly number[];
}

/**
 * One ranking drafted from two. A slot keeps the score and the ledger that its own ranking gave it, so scores need not
 * fall from slot to slot; what is said of the whole list is the first ranking's.
 */
export function interleaveRankings(a: Ranking, b: Ranking, random: Random): InterleavedRanking {
  const slotsOf = (ranking: Ranking) => new Map(ranking.slots.map((slot) => [slot.item, slot]));
  const slots = { a: slotsOf(a), b: slotsOf(b) };
  const length = Math.max(a.slots.length, b.slots.length);
  const drafted = teamDraft({ a: [...slots.a.keys()], b: [...slots.b.keys()] }, length, random);
  const shift = a.anchors.length;
  const isNew = ({ part }: Ranking['degraded'][number]) => a.degraded.every((one) => one.part !== part);
  const conflicts = [...(a.conflicts ?? []), ...(b.conflicts ?? [])];
  return {
    ranking: {
      ...a,
      anchors: [...a.anchors, ...b.anchors],
      degraded: [...a.degraded, ...b.degraded.filter(isNew)],
      slots: drafted.flatMap(({ item, team }) => {
        const slot = slots[team].get(item);
        return slot ? [team === 'a' ? slot : shifted(slot, shift)] : [];
      }),
      ...(conflicts.length > 0 && { conflicts }),
    },
    teams: drafted.map(({ team }) => (team === 'a' ? 0 : 1)),
  };
}

const shifted = (slot: RankedSlot, by: number): RankedSlot => ({
  ...slot,
  ledger: slot.ledger.map(([term, value, anchor, measure]) => [
    term,
    value,
    anchor < 0 ? anchor : anchor + by,
    measure,
  ]),
});
