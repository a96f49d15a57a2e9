import type { JsonObject } from '@kindling/domain';
import { type ProfileOutcome, profileOutcomes } from '@kindling/storage';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { RowError } from '../public/event-types.js';
import { enumOf } from '../public/item-type.js';

export const ProfileOutcomeEnum = enumOf([...profileOutcomes, 'REJECTED']);
registerEnumType(ProfileOutcomeEnum, { name: 'ProfileOutcome' });

@InputType('ProfileInput', {
  description: 'What is left out stays as it is; what is given replaces it whole.',
})
export class ProfileInput {
  @Field(() => ID)
  id!: string;
  @Field(() => GraphQLJSONObject, {
    nullable: true,
    description: "What lists may go by; the catalogue's segment attribute among them.",
  })
  attributes?: JsonObject | null;
  @Field(() => GraphQLJSONObject, {
    nullable: true,
    description: 'Purpose to true or false. Kept, exported and erased with the profile; lists do not ask it.',
  })
  consent?: JsonObject | null;
}

@ObjectType('UpsertProfileResult', { simpleResolvers: true })
export class UpsertProfileResult {
  @Field(() => Int, { description: 'Of the row in the call, from 0.' })
  index!: number;
  @Field(() => ID)
  id!: string;
  @Field(() => ProfileOutcomeEnum)
  outcome!: ProfileOutcome | 'REJECTED';
}

@ObjectType('UpsertProfilesPayload', {
  simpleResolvers: true,
  description: 'What is not rejected is committed.',
})
export class UpsertProfilesPayload {
  @Field(() => Int)
  created!: number;
  @Field(() => Int)
  updated!: number;
  @Field(() => Int)
  unchanged!: number;
  @Field(() => [RowError])
  rejected!: RowError[];
  @Field(() => [UpsertProfileResult], { description: 'One a row, in order.' })
  results!: UpsertProfileResult[];
}

@ObjectType('ErasureReceipt', {
  simpleResolvers: true,
  description: 'What was removed, and that nothing is left.',
})
export class ErasureReceipt {
  @Field(() => String, {
    description: 'SHA-256 of catalogue and id: what the audit log keeps instead of the id.',
  })
  subjectHash!: string;
  @Field(() => Int, { description: 'The profile and those merged into it.' })
  profiles!: number;
  @Field(() => Int)
  events!: number;
  @Field(() => Int, { description: 'Logged lists.' })
  exposures!: number;
  @Field(() => Int, { description: 'Stored rankings behind cursors.' })
  rankings!: number;
  @Field(() => Int, { description: 'Rows found when it was looked again, after the removal: 0.' })
  remaining!: number;
  @Field(() => Date)
  erasedAt!: Date;
}
