import { type ItemNumber, KindlingError } from '@kindling/domain';
import {
  type CompiledRules,
  compileRules,
  diffRankings,
  ListTrace,
  type Locale,
  type Ranking,
  type Rule,
  type Subject,
} from '@kindling/recommender';
import type { Placement } from '@kindling/storage';
import type { RulePreviewOfSubject } from './admin/rule-types.js';
import { changesOf, titleOf } from './changes-of-list.js';
import { type ListInput, listRequest, rankList, type ShownReader } from './list-request.js';
import type { CatalogueRuntime } from './runtime/catalogue-runtime.js';

/** The published rules with the draft in place of the version that is live. */
export function rulesWithDraft(runtime: CatalogueRuntime, draft: Rule): CompiledRules {
  const others = runtime.publishedRules.filter(({ key }) => key !== draft.key);
  return compileRules([...others, draft], runtime.segments);
}

/**
 * What a list of that placement asks for, when it is not a visitor who asks. Its subject says what goes with the kind:
 * the first liked item is the one that is looked at, the first interest the search, the liked items are the cart.
 */
export function previewInput(
  placement: Pick<Placement, 'key' | 'kind' | 'size'>,
  subject: Subject,
  { now, field = 'subject' }: { readonly now: Date; readonly field?: string },
): ListInput {
  const { likedItemIds = [], interests = [] } = subject;
  const plain = plainInput(placement, subject, now);
  switch (placement.kind) {
    case 'SIMILAR': {
      const [item] = likedItemIds;
      if (item !== undefined) return { ...plain, operation: { kind: 'similarItems', itemId: item } };
      throw new KindlingError(
        'BAD_INPUT',
        `Placement "${placement.key}" lists what goes with an item: name one in ${field}.likedItemIds`,
        { field: `${field}.likedItemIds` },
      );
    }
    case 'SEARCH':
      return { ...plain, operation: { kind: 'search', query: interests[0] ?? '' } };
    case 'COMPLEMENTARY':
      return { ...plain, cartItemIds: likedItemIds };
    default:
      return plain;
  }
}

/** The first page of a list for a person, and nothing else said. */
export function plainInput(
  placement: Pick<Placement, 'key' | 'size'>,
  subject: Subject,
  now: Date,
): ListInput {
  return {
    operation: { kind: 'recommendations' },
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

/** One subject's list under the published rules and with the draft, made at the same moment with the same seed. */
export async function previewSubject(
  runtime: CatalogueRuntime,
  placement: Placement,
  given: {
    readonly subject: Subject;
    /** Where the caller wrote it. */
    readonly field: string;
    readonly withDraft: CompiledRules;
    readonly now: Date;
    readonly locale: Locale;
    readonly shown: ShownReader;
  },
): Promise<RulePreviewOfSubject> {
  const { strategy } = runtime.strategy(placement.strategyKey);
  const input = previewInput(placement, given.subject, given);
  const rank = async (rules: CompiledRules | undefined, trace: ListTrace) => {
    const how = { kind: placement.kind, strategy };
    const request = await listRequest(runtime, how, input, 'preview', given.shown, rules);
    return rankList(runtime.serving, input, { ...request, trace });
  };
  const clock = () => performance.now();
  const live = await rank(undefined, new ListTrace(clock));
  const trace = new ListTrace(clock);
  const draft = await rank(given.withDraft, trace);
  const changes = changesOf(runtime, diffRankings(live, draft, placement.size, trace), given.locale);
  const shownSlots = ({ slots }: Ranking) =>
    slots
      .slice(0, placement.size)
      .map(({ item, score }) => ({ ...titleOf(runtime, item as ItemNumber), score }));
  return {
    live: shownSlots(live),
    draft: shownSlots(draft),
    moves: changes.filter(({ from, to }) => from !== null && to !== null),
    entries: changes.filter(({ from }) => from === null),
    exits: changes.filter(({ to }) => to === null),
  };
}
