import { eventRules, KindlingError, profileId } from '@kindling/domain';
import { checkEvents, mergeProfiles } from '@kindling/storage';
import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import { z } from 'zod';
import { Requires } from '../access.js';
import { RequestContext } from '../context.js';
import { parseInput } from '../parse-input.js';
import { roleOf } from '../principal.js';
import { EventInput, ProfileObject, TrackEventsPayload } from './event-types.js';

const costOfEvents = ({ events }: Readonly<Record<string, unknown>>) =>
  1 + Math.ceil((Array.isArray(events) ? events.length : 0) / 50);

const idSchema = z
  .string()
  .min(1, 'is empty')
  .max(256, 'is longer than 256 characters')
  .refine((id) => !id.includes('\0'), 'contains a NUL character');

@Resolver()
export class EventResolver {
  @Mutation(() => TrackEventsPayload, {
    description: 'Up to 1,000 events. Answered after they are committed; idempotent by id.',
  })
  @Requires({ scope: 'track', cost: costOfEvents })
  async trackEvents(
    @Arg('events', () => [EventInput]) events: EventInput[],
    @Ctx() context: RequestContext,
  ): Promise<TrackEventsPayload> {
    if (events.length > eventRules.maximumBatch) {
      throw new KindlingError(
        'BAD_INPUT',
        `events has ${events.length} entries: send at most ${eventRules.maximumBatch} a call`,
        {
          field: 'events',
        },
      );
    }
    const { events: queue, runtimes } = context.services;
    const mayTellSimulated = roleOf(context.principal) !== null;
    const checked = checkEvents(
      events.map(withoutNulls),
      new Date(),
      (row) => mayTellSimulated && events[row]?.simulated === true,
    );
    const { segmentAttribute } = (await runtimes.get(context.catalogue)).catalogue;
    const stored = await queue.store(context.catalogue, segmentAttribute, checked.events);
    const unstorable = stored.unstorable.map(({ index, reason }) => ({
      index: checked.indexes[index] ?? index,
      field: null,
      code: 'BAD_INPUT',
      message: `the event cannot be stored: ${reason}`,
    }));
    return {
      accepted: stored.accepted,
      duplicates: stored.duplicates + checked.repeated,
      rejected: [...checked.rejected, ...unstorable].sort((a, b) => a.index - b.index),
    };
  }

  @Mutation(() => ProfileObject, {
    description:
      'Joins an anonymous profile into a known one, with its past and future events. Needs the scope "merge": a public key is in everybody\'s hands, and could take over the history of others.',
  })
  @Requires({ scope: 'merge', cost: () => 10 })
  mergeProfiles(
    @Arg('from', () => ID) from: string,
    @Arg('into', () => ID) into: string,
    @Ctx() context: RequestContext,
  ): Promise<ProfileObject> {
    return mergeProfiles(
      context.services.pool,
      context.catalogue,
      profileId(parseInput(idSchema, from, 'from')),
      profileId(parseInput(idSchema, into, 'into')),
    );
  }
}

/** GraphQL has null where the event's schema has its defaults. */
const withoutNulls = ({ simulated: _, attributes, ...event }: EventInput) => ({
  ...event,
  attributes: attributes ?? {},
});
