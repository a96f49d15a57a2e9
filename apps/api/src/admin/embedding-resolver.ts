import { KindlingError } from '@kindling/domain';
import { listDeadLetters, readEmbeddingProgress, retryDeadLetter } from '@kindling/storage';
import { Arg, Ctx, ID, Int, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { DeadLetterObject, EmbeddingProgressObject } from './embedding-types.js';
import { pageSize } from './page-size.js';
import { pollChanges } from './poll-changes.js';

/** What the worker is doing, read from the tables where it keeps its state. */
@Resolver()
export class EmbeddingResolver {
  @Query(() => EmbeddingProgressObject)
  @Requires({ role: 'viewer', cost: () => 5 })
  embeddingProgress(@Ctx() context: RequestContext): Promise<EmbeddingProgressObject> {
    return progressOf(context);
  }

  @Subscription(() => EmbeddingProgressObject, {
    name: 'embeddingProgress',
    description: 'At most twice a second, when something has changed.',
    subscribe: ({ context }) => {
      const request = context as RequestContext;
      return pollChanges(
        () => progressOf(request),
        request.request.signal,
        () => false,
      );
    },
  })
  @Requires({ role: 'viewer', cost: () => 5 })
  embeddingProgressed(@Root() progress: EmbeddingProgressObject): EmbeddingProgressObject {
    return progress;
  }

  @Query(() => [DeadLetterObject], { description: 'Newest first.' })
  @Requires({ role: 'viewer' })
  async deadLetters(
    @Arg('first', () => Int, { defaultValue: 50 }) first: number,
    @Arg('after', () => ID, { nullable: true, description: 'The id of the last one of the page before.' })
    after: string | null,
    @Ctx() context: RequestContext,
  ): Promise<DeadLetterObject[]> {
    const letters = await listDeadLetters(context.services.pool, context.catalogue, {
      first: pageSize(first),
      after: after === null || after === undefined ? null : letterId(after),
    });
    return letters.map((letter) => ({ ...letter, id: String(letter.id) }));
  }

  @Mutation(() => Int, {
    description: 'Puts given-up work back to the worker: the named letters, or up to 200. Answers how many.',
  })
  @Requires({ role: 'merchandiser', cost: () => 10 })
  async retryDeadLetters(
    @Arg('ids', () => [ID], { nullable: true }) ids: string[] | null,
    @Ctx() context: RequestContext,
  ): Promise<number> {
    const { services, catalogue, actor } = context;
    const { pool } = services;
    const open =
      ids?.map(letterId) ??
      (await listDeadLetters(pool, context.catalogue, { first: 200, after: null })).map(({ id }) => id);
    if (open.length > 200) {
      throw new KindlingError('BAD_INPUT', 'ids has more than 200 entries: send fewer', { field: 'ids' });
    }
    let retried = 0;
    for (const id of open) if (await retryDeadLetter(pool, catalogue, id, actor)) retried++;
    return retried;
  }
}

async function progressOf({ services, catalogue }: RequestContext): Promise<EmbeddingProgressObject> {
  const { embedded, ...progress } = await readEmbeddingProgress(services.pool, catalogue);
  return { ...progress, encoded: embedded };
}

function letterId(id: string): number {
  if (/^\d{1,15}$/.test(id)) return Number(id);
  throw new KindlingError('NOT_FOUND', `There is no dead letter "${id.slice(0, 40)}"`);
}
