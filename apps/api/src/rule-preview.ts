import type { ItemNumber } from '@kindling/domain';
import {
  type CompiledRules,
  compileRules,
  type DiffReason,
  diffRankings,
  type Locale,
  type Ranking,
  type Rule,
  type Subject,
  sentence,
} from '@kindling/recommender';
import type { Placement } from '@kindling/storage';
import type { RuleChangeOfSlot, RulePreviewOfSubject } from './admin/rule-types.js';
import {
  type ListInput,
  type ListOperation,
  listRequest,
  rankList,
  type ShownReader,
} from './list-request.js';
import type { CatalogueRuntime } from './runtime/catalogue-runtime.js';

/** The published rules with the draft in place of the version that is live. */
export function rulesWithDraft(runtime: CatalogueRuntime, draft: Rule): CompiledRules {
  const others = runtime.publishedRules.filter(({ key }) => key !== draft.key);
  return compileRules([...others, draft], runtime.segments);
}

/** What a list of that placement asks for, when it is not a visitor who asks: its subject says the item or the words. */
export function previewInput(placement: Placement, subject: Subject, now: Date): ListInput {
  return {
    operation: operationOf(placement, subject),
    placement: placement.key,
    subject,
    first: placement.size,
    filter: undefined,
    excludeItemIds: [],
    pageItemIds: [],
    cartItemIds: [],
    now,
    wantsCursors: false,
  };
}

function operationOf(placement: Placement, { likedItemIds = [], interests = [] }: Subject): ListOperation {
  const [item] = likedItemIds;
  if (placement.kind === 'SIMILAR' && item !== undefined) return { kind: 'similarItems', itemId: item };
  if (placement.kind === 'SEARCH') return { kind: 'search', query: interests[0] ?? '' };
  return { kind: 'recommendations' };
}

/** One subject's list under the published rules and with the draft, made at the same moment with the same seed. */
export async function previewSubject(
  runtime: CatalogueRuntime,
  placement: Placement,
  given: {
    readonly subject: Subject;
    readonly withDraft: CompiledRules;
    readonly now: Date;
    readonly locale: Locale;
    readonly shown: ShownReader;
  },
): Promise<RulePreviewOfSubject> {
  const { strategy } = runtime.strategy(placement.strategyKey);
  const input = previewInput(placement, given.subject, given.now);
  const rank = async (rules?: CompiledRules) =>
    rankList(
      runtime.serving,
      input,
      await listRequest(runtime, { kind: placement.kind, strategy }, input, 'preview', given.shown, rules),
    );
  const live = await rank();
  const draft = await rank(given.withDraft);
  const { moves, entries, exits } = diffRankings(live, draft, placement.size);
  const titled = (item: number) => titleOf(runtime, item as ItemNumber);
  const shownSlots = ({ slots }: Ranking) =>
    slots.slice(0, placement.size).map(({ item, score }) => ({ ...titled(item), score }));
  const changed = (reason: DiffReason, from: number | null, to: number | null): RuleChangeOfSlot => ({
    ...titled(reason.item),
    from,
    to,
    scoreChange: reason.scoreChange,
    rules: reason.rules,
    reason: reasonText(reason, given.locale),
  });
  return {
    live: shownSlots(live),
    draft: shownSlots(draft),
    moves: moves.map((move) => changed(move, move.from, move.to)),
    entries: entries.map((entry) => changed(entry, null, entry.to)),
    exits: exits.map(({ item, from }) => ({
      ...titled(item),
      from,
      to: null,
      scoreChange: 0,
      rules: [],
      reason: sentence({ key: 'change.pushedOut', values: {} }, given.locale),
    })),
  };
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

function titleOf({ items }: CatalogueRuntime, number: ItemNumber): { itemId: string; title: string } {
  const row = items.rowOf(number);
  // Deleted between the two lists and this line.
  return row === undefined
    ? { itemId: String(number), title: '' }
    : { itemId: items.idAt(row), title: items.titleAt(row) };
}
