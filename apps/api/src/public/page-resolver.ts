import { type ItemId, itemId, KindlingError } from '@kindling/domain';
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, InputType, Int, Query, Resolver } from 'type-graphql';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import type { ListOperation } from '../list-request.js';
import { costOfList, list, selects, sizeOfPlacement } from './recommendation-resolver.js';
import { RecommendationConnection } from './recommendation-types.js';
import { ContextInput, SubjectInput } from './subject-input.js';

const mostLists = 10;

@InputType('PageListInput', {
  description: 'A list of a page: by its placement; similar items name theirs too.',
})
export class PageListInput {
  @Field(() => String)
  placement!: string;
  @Field(() => Int, sizeOfPlacement)
  first?: number | null;
  @Field(() => ID, { nullable: true, description: 'For a placement of the kind SIMILAR.' })
  itemId?: string | null;
  @Field(() => String, { nullable: true, description: 'For a placement of the kind SEARCH.' })
  query?: string | null;
}

@Resolver()
export class PageResolver {
  @Query(() => [RecommendationConnection], {
    description:
      'Up to 10 lists of one page, in the order asked for: no item stands in two of them, the first one has it.',
  })
  @Requires({
    scope: 'recommend',
    cost: ({ lists }) =>
      (Array.isArray(lists) ? lists : []).reduce((sum: number, one) => sum + costOfList(one), 0),
  })
  async page(
    @Arg('lists', () => [PageListInput]) lists: PageListInput[],
    @Arg('subject', () => SubjectInput) subject: SubjectInput,
    @Arg('context', () => ContextInput, { nullable: true }) listContext: ContextInput | null | undefined,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<RecommendationConnection[]> {
    if (lists.length < 1 || lists.length > mostLists) {
      throw new KindlingError('BAD_INPUT', `lists has ${lists.length} entries: ask for 1 to ${mostLists}`, {
        field: 'lists',
      });
    }
    const wants = {
      wantsCursors: selects(info, ['cursor', 'endCursor']),
      wantsLedgers: selects(info, ['ledger']),
    };
    const shownBefore: ItemId[] = [];
    const made: RecommendationConnection[] = [];
    for (const one of lists) {
      const given = { placement: one.placement, subject, first: one.first, listContext };
      const none = { after: null, filter: null };
      const next = await list(context, wants, operationOf(one), { ...given, ...none, shownBefore });
      shownBefore.push(...next.nodes.map(({ id }) => itemId(id)));
      made.push(next);
    }
    return made;
  }
}

const operationOf = ({ itemId: id, query }: PageListInput): ListOperation =>
  id
    ? { kind: 'similarItems', itemId: itemId(id) }
    : query
      ? { kind: 'search', query }
      : { kind: 'recommendations' };
