import { type ItemId, itemId, KindlingError } from '@kindling/domain';
import { localeOf } from '@kindling/recommender';
import { type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';
import { Arg, Ctx, ID, Info, Int, Query, Resolver } from 'type-graphql';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import type { ListOperation } from '../list-request.js';
import { roleOf } from '../principal.js';
import type { ListOrder } from '../recommendations.js';
import { RecommendationConnection } from './recommendation-types.js';
import {
  ContextInput,
  ItemFilterInput,
  listContextOf,
  listFilterOf,
  listSizeOf,
  SubjectInput,
  subjectOf,
} from './subject-input.js';

/** Not `10` of its own: that could not be told from a caller who asks for ten. */
export const sizeOfPlacement = {
  nullable: true,
  description: "From 1 to 100; not given: the placement's size.",
} as const;

/** Before the placement is looked at: a list of its own size counts as one of ten. */
export const costOfList = ({ first }: Readonly<Record<string, unknown>>) =>
  1 + Math.ceil(Number(first ?? 10) / 25);

@Resolver()
export class RecommendationResolver {
  /** By syntax tree, which a compiled operation brings again each time. */
  private readonly wants = new WeakMap<FieldNodes, Wants>();

  @Query(() => RecommendationConnection, {
    description: 'Items for a person: always a list, with its reasons.',
  })
  @Requires({ scope: 'recommend', cost: costOfList })
  recommendations(
    @Arg('placement', () => String, { defaultValue: 'home' }) placement: string,
    @Arg('subject', () => SubjectInput) subject: SubjectInput,
    @Arg('first', () => Int, sizeOfPlacement) first: number | null | undefined,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Arg('filter', () => ItemFilterInput, { nullable: true }) filter: ItemFilterInput | null | undefined,
    @Arg('context', () => ContextInput, { nullable: true }) listContext: ContextInput | null | undefined,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RecommendationConnection> {
    const operation = { kind: 'recommendations' } as const;
    return list(context, this.wantsOf(info), operation, {
      placement,
      subject,
      first,
      after,
      filter,
      listContext,
    });
  }

  @Query(() => RecommendationConnection, { description: 'Items like an item.' })
  @Requires({ scope: 'recommend', cost: costOfList })
  similarItems(
    @Arg('itemId', () => ID) id: string,
    @Arg('subject', () => SubjectInput, { nullable: true }) subject: SubjectInput | null | undefined,
    @Arg('placement', () => String, { defaultValue: 'similar' }) placement: string,
    @Arg('first', () => Int, sizeOfPlacement) first: number | null | undefined,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Arg('filter', () => ItemFilterInput, { nullable: true }) filter: ItemFilterInput | null | undefined,
    @Arg('context', () => ContextInput, { nullable: true }) listContext: ContextInput | null | undefined,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RecommendationConnection> {
    const operation = { kind: 'similarItems', itemId: itemId(id) } as const;
    return list(context, this.wantsOf(info), operation, {
      placement,
      subject,
      first,
      after,
      filter,
      listContext,
    });
  }

  @Query(() => RecommendationConnection, { description: 'Items found by words and by meaning.' })
  @Requires({ scope: 'recommend', cost: costOfList })
  search(
    @Arg('query', () => String) query: string,
    @Arg('subject', () => SubjectInput, { nullable: true }) subject: SubjectInput | null | undefined,
    @Arg('first', () => Int, sizeOfPlacement) first: number | null | undefined,
    @Arg('after', () => String, { nullable: true }) after: string | null | undefined,
    @Arg('filter', () => ItemFilterInput, { nullable: true }) filter: ItemFilterInput | null | undefined,
    @Arg('context', () => ContextInput, { nullable: true }) listContext: ContextInput | null | undefined,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RecommendationConnection> {
    if (query.length > 1_000)
      throw new KindlingError('BAD_INPUT', 'query is longer than 1000 characters', { field: 'query' });
    return list(
      context,
      this.wantsOf(info),
      { kind: 'search', query },
      { placement: 'search', subject, first, after, filter, listContext },
    );
  }

  private wantsOf(info: GraphQLResolveInfo): Wants {
    let wants = this.wants.get(info.fieldNodes);
    if (wants === undefined) {
      wants = {
        wantsCursors: selects(info, ['cursor', 'endCursor', 'startCursor']),
        wantsLedgers: selects(info, ['ledger']),
      };
      this.wants.set(info.fieldNodes, wants);
    }
    return wants;
  }
}

export type Wants = Pick<ListOrder, 'wantsCursors' | 'wantsLedgers'>;
type FieldNodes = GraphQLResolveInfo['fieldNodes'];

export interface ListArguments {
  readonly placement: string;
  readonly subject: SubjectInput | null | undefined;
  readonly first: number | null | undefined;
  readonly after: string | null | undefined;
  readonly filter: ItemFilterInput | null | undefined;
  readonly listContext: ContextInput | null | undefined;
  /** In lists that were made before this one for the same page. */
  readonly shownBefore?: readonly ItemId[];
}

export async function list(
  context: RequestContext,
  wants: Wants,
  operation: ListOperation,
  given: ListArguments,
): Promise<RecommendationConnection> {
  const listContext = listContextOf(given.listContext);
  const isTrusted = roleOf(context.principal) !== null;
  // Another time shows what is not published yet: for those who may see that anyway.
  if (listContext.now && !isTrusted) {
    throw new KindlingError('FORBIDDEN', 'context.now needs a key with the scope "manage"', {
      field: 'context.now',
    });
  }
  return context.services.recommendations.list({
    catalogue: context.catalogue,
    operation,
    placement: given.placement,
    subject: subjectOf(given.subject),
    first: listSizeOf(given.first),
    after: given.after ?? null,
    ...listFilterOf(given.filter),
    pageItemIds: [...listContext.pageItemIds, ...(given.shownBefore ?? [])],
    cartItemIds: listContext.cartItemIds,
    device: listContext.device,
    forcedVariant: listContext.forcedVariant,
    ...(listContext.now && { isOfAnotherTime: true }),
    now: listContext.now ?? new Date(),
    locale: listContext.locale === null ? context.request.locale : localeOf(listContext.locale),
    showsEvidence: isTrusted,
    ...wants,
  });
}

/** Whether the operation asks for any of these fields, at any depth of the list, fragments included. */
export function selects(info: GraphQLResolveInfo, fields: readonly string[]): boolean {
  const names = new Set(fields);
  const inSet = (set: SelectionSetNode | undefined): boolean =>
    (set?.selections ?? []).some((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD)
        return inSet(info.fragments[selection.name.value]?.selectionSet);
      if (selection.kind === Kind.FIELD && names.has(selection.name.value)) return true;
      return inSet(selection.selectionSet);
    });
  return info.fieldNodes.some((node) => inSet(node.selectionSet));
}
