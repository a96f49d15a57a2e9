import { itemNumber } from '@kindling/domain';
import type { ListTrace, Rejection } from '../explain/list-trace.js';
import { type LedgerEntry, type RankedSlot, type Ranking, type TermName, termNames } from '../ranking.js';

/** What a draft does to one list. Positions count from 1. */
export interface RankingDiff {
  readonly moves: readonly (DiffReason & { readonly from: number; readonly to: number })[];
  readonly entries: readonly (DiffReason & { readonly to: number })[];
  readonly exits: readonly {
    readonly item: number;
    readonly from: number;
    /** Key of the rule that keeps it out now; null: others stand before it. */
    readonly filteredBy: string | null;
  }[];
}

export interface DiffReason {
  readonly item: number;
  /** Change of the score; of an entry, the score itself. */
  readonly scoreChange: number;
  /** Terms whose sums differ, largest change first. */
  readonly terms: readonly { readonly term: TermName; readonly change: number }[];
  /** Rules that are in the new ledger: what boosted, buried or placed it. None: others moved around it. */
  readonly rules: readonly string[];
}

/** The first `size` slots of two rankings of one subject: live, and with the draft. */
export function diffRankings(
  live: Ranking,
  draft: Ranking,
  size: number,
  /** What the draft's list told of its making. */
  { rejected }: Pick<ListTrace, 'rejected'> = { rejected: new Map() },
): RankingDiff {
  const before = new Map(
    live.slots.slice(0, size).map((slot, index) => [slot.item, { slot, at: index + 1 }]),
  );
  const after = draft.slots.slice(0, size).map((slot, index) => ({ slot, at: index + 1 }));
  const stayed = new Set(after.map(({ slot }) => slot.item));
  return {
    moves: after.flatMap(({ slot, at }) => {
      const old = before.get(slot.item);
      return !old || old.at === at ? [] : [{ ...reasonOf(draft, slot, old.slot), from: old.at, to: at }];
    }),
    entries: after
      .filter(({ slot }) => !before.has(slot.item))
      .map(({ slot, at }) => {
        const old = live.slots.find(({ item }) => item === slot.item);
        return { ...reasonOf(draft, slot, old), to: at };
      }),
    exits: [...before].flatMap(([item, { at }]) =>
      stayed.has(item) ? [] : [{ item, from: at, filteredBy: ruleOf(rejected.get(itemNumber(item))) }],
    ),
  };
}

const ruleOf = (rejection: Rejection | undefined) => (rejection?.why === 'rule' ? rejection.rule : null);

function reasonOf(draft: Ranking, slot: RankedSlot, old: RankedSlot | undefined): DiffReason {
  const [now, then] = [sums(slot.ledger), sums(old?.ledger ?? [])];
  const terms = [...new Set([...now.keys(), ...then.keys()])]
    .map((index) => ({
      term: termNames[index] as TermName,
      change: (now.get(index) ?? 0) - (then.get(index) ?? 0),
    }))
    .filter(({ change }) => change !== 0)
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
  const rules = slot.ledger.flatMap(([, , anchor]) => {
    const reference = draft.anchors[anchor];
    return reference && 'rule' in reference ? [reference.rule] : [];
  });
  return { item: slot.item, scoreChange: slot.score - (old?.score ?? 0), terms, rules: [...new Set(rules)] };
}

function sums(ledger: readonly LedgerEntry[]): Map<number, number> {
  const totals = new Map<number, number>();
  for (const [term, value] of ledger) totals.set(term, (totals.get(term) ?? 0) + value);
  return totals;
}
