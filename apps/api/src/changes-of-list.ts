import type { ItemNumber } from '@kindling/domain';
import {
  type DiffReason,
  type ItemView,
  type Locale,
  type RankingDiff,
  sentence,
} from '@kindling/recommender';
import type { RuleChangeOfSlot } from './admin/rule-types.js';

/** Where the titles are read. */
export interface Titled {
  readonly items: Pick<ItemView, 'rowOf' | 'idAt' | 'titleAt'>;
}

/** Moves, then entries, then exits, each with its reason in words. */
export function changesOf(
  titled: Titled,
  { moves, entries, exits }: RankingDiff,
  locale: Locale,
  /** Where titles are read of what `titled` does not hold. */
  others: Titled = titled,
): RuleChangeOfSlot[] {
  const titles = (number: ItemNumber) =>
    titleOf(titled.items.rowOf(number) === undefined ? others : titled, number);
  const changed = (reason: DiffReason, from: number | null, to: number | null): RuleChangeOfSlot => ({
    ...titles(reason.item as ItemNumber),
    from,
    to,
    scoreChange: reason.scoreChange,
    rules: reason.rules,
    reason: reasonText(reason, locale),
  });
  return [
    ...moves.map((move) => changed(move, move.from, move.to)),
    ...entries.map((entry) => changed(entry, null, entry.to)),
    ...exits.map(({ item, from, filteredBy = null }) => ({
      ...titles(item as ItemNumber),
      from,
      to: null,
      scoreChange: 0,
      rules: filteredBy === null ? [] : [filteredBy],
      reason: sentence(
        filteredBy === null
          ? { key: 'change.pushedOut', values: {} }
          : { key: 'change.filtered', values: { rule: filteredBy } },
        locale,
      ),
    })),
  ];
}

function reasonText({ rules, terms, scoreChange }: DiffReason, locale: Locale): string {
  if (rules.length > 0) {
    return rules.map((rule) => sentence({ key: 'change.rule', values: { rule } }, locale)).join('; ');
  }
  const [most] = terms;
  if (!most) return sentence({ key: 'change.others', values: {} }, locale);
  const term = sentence({ key: `term.${most.term}`, values: {} }, locale);
  const measure = scoreChange.toFixed(3);
  return sentence({ key: 'change.score', values: { measure, term } }, locale);
}

export function titleOf({ items }: Titled, number: ItemNumber): { itemId: string; title: string } {
  const row = items.rowOf(number);
  // Deleted since the list was made.
  return row === undefined
    ? { itemId: String(number), title: '' }
    : { itemId: items.idAt(row), title: items.titleAt(row) };
}
