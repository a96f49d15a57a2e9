import { localeOf } from '@kindling/recommender';
import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { sizeOfPlacement } from '../public/recommendation-resolver.js';
import { RecommendationConnection } from '../public/recommendation-types.js';
import {
  ContextInput,
  ItemFilterInput,
  listContextOf,
  listFilterOf,
  listSizeOf,
  SubjectInput,
  subjectOf,
} from '../public/subject-input.js';

@Resolver()
export class PreviewResolver {
  @Query(() => RecommendationConnection, {
    description: 'What a visitor would get, with all of its evidence. Nothing is logged: nobody has seen it.',
  })
  @Requires({ role: 'viewer', cost: () => 2 })
  preview(
    @Arg('placement', () => String, { defaultValue: 'home' }) placement: string,
    @Arg('subject', () => SubjectInput) subject: SubjectInput,
    @Arg('first', () => Int, sizeOfPlacement) first: number | null | undefined,
    @Arg('filter', () => ItemFilterInput, { nullable: true }) filter: ItemFilterInput | null | undefined,
    @Arg('context', () => ContextInput, { nullable: true }) given: ContextInput | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<RecommendationConnection> {
    const listContext = listContextOf(given);
    return context.services.recommendations.list({
      catalogue: context.catalogue,
      operation: { kind: 'recommendations' },
      placement,
      subject: subjectOf(subject),
      first: listSizeOf(first),
      after: null,
      ...listFilterOf(filter),
      pageItemIds: listContext.pageItemIds,
      cartItemIds: listContext.cartItemIds,
      device: listContext.device,
      forcedVariant: listContext.forcedVariant,
      now: listContext.now ?? new Date(),
      locale: listContext.locale === null ? context.request.locale : localeOf(listContext.locale),
      showsEvidence: true,
      wantsCursors: false,
      wantsLedgers: true,
      isPreview: true,
    });
  }
}
