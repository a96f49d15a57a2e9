import { type EventType, eventTypes, type JsonObject } from '@kindling/domain';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from './item-type.js';

export const EventTypeEnum = enumOf(eventTypes);
registerEnumType(EventTypeEnum, { name: 'EventType' });

@InputType('EventInput', {
  description: 'Something a person or device did: at least one of profileId and sessionId.',
})
export class EventInput {
  @Field(() => ID, { description: "The caller's own; the same id has one effect." })
  id!: string;
  @Field(() => EventTypeEnum)
  type!: EventType;
  @Field(() => ID, { nullable: true })
  profileId?: string | null;
  @Field(() => ID, { nullable: true })
  sessionId?: string | null;
  @Field(() => ID, { nullable: true })
  itemId?: string | null;
  @Field(() => String, { nullable: true, description: 'The words of a SEARCH.' })
  query?: string | null;
  @Field(() => Float, { nullable: true, description: 'RATING: 1 to 5. DWELL: seconds. PURCHASE: revenue.' })
  value?: number | null;
  @Field(() => Date, {
    nullable: true,
    description:
      'Default: now. Up to 10 minutes ahead counts as now; more, or older than 730 days, is refused.',
  })
  occurredAt?: Date | null;
  @Field(() => ID, { nullable: true })
  recommendationId?: string | null;
  @Field(() => GraphQLJSONObject, { nullable: true })
  attributes?: JsonObject | null;
  @Field(() => Boolean, {
    nullable: true,
    description: 'Made by a simulator. Only keys with the scope "manage" may say so.',
  })
  simulated?: boolean | null;
}

@ObjectType('RowError', { simpleResolvers: true })
export class RowError {
  @Field(() => Int, { description: 'Of the row in the call, from 0.' })
  index!: number;
  @Field(() => String, { nullable: true })
  field!: string | null;
  @Field(() => String)
  code!: string;
  @Field(() => String)
  message!: string;
}

@ObjectType('TrackEventsPayload', {
  simpleResolvers: true,
  description: 'What is counted here is committed.',
})
export class TrackEventsPayload {
  @Field(() => Int)
  accepted!: number;
  @Field(() => Int, { description: 'Known already: they had their effect.' })
  duplicates!: number;
  @Field(() => [RowError])
  rejected!: readonly RowError[];
}

@ObjectType('Profile', { simpleResolvers: true })
export class ProfileObject {
  @Field(() => ID)
  id!: string;
  @Field(() => GraphQLJSONObject)
  attributes!: JsonObject;
  @Field(() => Int)
  events!: number;
  @Field(() => Date)
  createdAt!: Date;
}
