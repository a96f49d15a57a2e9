import { type CatalogueId, type ItemFilter, type ItemId, KindlingError } from '@kindling/domain';
import {
  type CompiledRules,
  forPlacementKind,
  type ListRequest,
  type PlacementKind,
  type Ranking,
  recommend,
  type ShownHistory,
  type Strategy,
  type Subject,
  search,
  similarItems,
} from '@kindling/recommender';
import type { CatalogueRuntime, ServingParts } from './runtime/catalogue-runtime.js';

export type ListOperation =
  | { readonly kind: 'recommendations' }
  | { readonly kind: 'similarItems'; readonly itemId: ItemId }
  | { readonly kind: 'search'; readonly query: string };

/** Which query a placement of that kind is for. */
export const operationFor: Readonly<Record<PlacementKind, ListOperation['kind']>> = {
  PERSONAL: 'recommendations',
  COMPLEMENTARY: 'recommendations',
  TRENDING: 'recommendations',
  NEW_ARRIVALS: 'recommendations',
  SIMILAR: 'similarItems',
  SEARCH: 'search',
};

/** What a caller says of the list, checked. */
export interface ListInput {
  readonly operation: ListOperation;
  readonly placement: string;
  readonly subject: Subject;
  readonly first: number;
  readonly filter: ItemFilter | undefined;
  readonly excludeItemIds: readonly ItemId[];
  readonly pageItemIds: readonly ItemId[];
  readonly cartItemIds: readonly ItemId[];
  readonly now: Date;
  /** Whether the answer's cursors were asked for: a ranking that nobody can come back to is not stored. */
  readonly wantsCursors: boolean;
}

/** What a visitor was shown since a time, and before another where one is given; rejects where that cannot be read. */
export type ShownReader = (
  catalogue: CatalogueId,
  subject: Subject,
  since: Date,
  before?: Date,
) => Promise<ShownHistory>;

/** For a list of the past: nothing that was shown from then on, the list itself included. */
export const shownBefore =
  (shown: ShownReader, at: Date): ShownReader =>
  (catalogue, subject, since) =>
    shown(catalogue, subject, since, at);

/** The request that the pipeline is given, under the rules that are published, or under `rules`. */
export async function listRequest(
  { id, catalogue: { template, segmentAttribute }, rules: published }: ListedCatalogue,
  { kind, strategy }: { readonly kind: PlacementKind; readonly strategy: Strategy },
  input: ListInput,
  seed: string,
  shown: ShownReader,
  rules: CompiledRules | undefined = published,
): Promise<ListRequest> {
  const restDays = rules?.longestRestDays(input.placement) ?? 0;
  const since = new Date(input.now.getTime() - restDays * 86_400_000);
  const isKnown = Boolean(input.subject.profileId ?? input.subject.sessionId);
  // Without it rotation does not act, and says so.
  const history =
    restDays > 0 && isKnown ? await shown(id, input.subject, since).catch(() => undefined) : undefined;
  return forPlacementKind(kind, {
    subject: input.subject,
    strategy,
    catalogue: { eventWeights: template.eventWeights, segmentAttribute },
    now: input.now,
    seed,
    placement: input.placement,
    excludeItemIds: input.excludeItemIds,
    pageItemIds: input.pageItemIds,
    cartItemIds: input.cartItemIds,
    ...(input.filter && { filter: input.filter }),
    ...(rules && { rules }),
    ...(history && { shown: history }),
  });
}

type ListedCatalogue = Pick<CatalogueRuntime, 'id' | 'catalogue' | 'rules'>;

export async function rankList(
  { recommender }: Pick<ServingParts, 'recommender'>,
  { operation, first, wantsCursors }: Pick<ListInput, 'operation' | 'first' | 'wantsCursors'>,
  request: ListRequest,
): Promise<Ranking> {
  switch (operation.kind) {
    case 'recommendations':
      return recommend(recommender, { ...request, ...(wantsCursors ? {} : onePage(first)) });
    case 'search':
      return search(recommender, { ...request, query: operation.query });
    case 'similarItems': {
      const ranking = await similarItems(recommender, { ...request, itemId: operation.itemId });
      if (ranking) return ranking;
      throw new KindlingError('NOT_FOUND', `There is no item "${operation.itemId}" that may be shown`, {
        field: 'itemId',
      });
    }
  }
}

/** Nobody can come back for more: the first slots are the same ones, and what follows them is not worked out. */
const onePage = (first: number) => ({ depth: Math.max(50, first + 1) });
