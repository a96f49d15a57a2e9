import { KindlingError } from '@kindling/domain';
import { localeOf } from '@kindling/recommender';
import { Arg, Ctx, ID, Int, Query, Resolver } from 'type-graphql';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { ContextInput, listContextOf, listSizeOf, SubjectInput, subjectOf } from '../public/subject-input.js';
import { previewInput } from '../rule-preview.js';
import { ExplanationObject, Replay } from './explain-types.js';
import { isUuid } from './is-uuid.js';

@Resolver()
export class ExplainResolver {
  @Query(() => ExplanationObject, {
    description:
      'A list with all that went into it, what was filtered or outranked and by what, and the time of every stage.',
  })
  @Requires({ role: 'viewer', cost: () => 10 })
  async explain(
    @Arg('placement', () => String) placementKey: string,
    @Arg('subject', () => SubjectInput) subject: SubjectInput,
    @Arg('context', () => ContextInput, { nullable: true }) given: ContextInput | null | undefined,
    @Arg('first', () => Int, { nullable: true, description: "Default: the placement's size." })
    first: number | null | undefined,
    @Arg('asOf', () => Date, {
      nullable: true,
      description:
        'With what was there at that time: rules, segments, placement, strategy, trained model, items, events, attributes, clock, popularity and vectors, as far as `parts` says.',
    })
    asOf: Date | null | undefined,
    @Arg('strategy', () => String, {
      nullable: true,
      description: "Key of the strategy to make the list by, instead of the placement's own.",
    })
    strategy: string | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<ExplanationObject> {
    const { runtimes, explanations } = context.services;
    const runtime = await runtimes.get(context.catalogue);
    const { placement } = await explanations.placementAt(runtime, placementKey, asOf ?? null);
    const { now, locale, pageItemIds, cartItemIds } = listContextOf(given);
    const input = previewInput(placement, subjectOf(subject), { now: asOf ?? now ?? new Date() });
    return explanations.explain({
      catalogue: context.catalogue,
      input: {
        ...input,
        pageItemIds,
        cartItemIds: cartItemIds.length > 0 ? cartItemIds : input.cartItemIds,
        first: listSizeOf(first) ?? placement.size,
      },
      locale: locale === null ? context.request.locale : localeOf(locale),
      asOf: asOf ?? null,
      strategy: strategy ?? null,
    });
  }

  @Query(() => Replay, {
    description: 'A list that was shown, made again as of then, and what would differ now.',
  })
  @Requires({ role: 'viewer', cost: () => 20 })
  async replay(
    @Arg('recommendationId', () => ID) id: string,
    @Ctx() context: RequestContext,
  ): Promise<Replay> {
    if (!isUuid(id)) {
      throw new KindlingError('NOT_FOUND', `There is no logged list "${id}"`, { field: 'recommendationId' });
    }
    // What still waits in memory may be the list that is asked for.
    await context.services.exposures.flush();
    return context.services.explanations.replay(context.catalogue, id, context.request.locale);
  }
}
