import type { JsonObject } from '@kindling/domain';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';

@ObjectType('Segment', {
  simpleResolvers: true,
  description: 'A named group of profiles, for rules to act on.',
})
export class SegmentObject {
  @Field(() => String)
  key!: string;
  @Field(() => String)
  label!: string;
  @Field(() => GraphQLJSONObject, { description: 'A filter of profiles: coldness, eventCount, attributes.…' })
  when!: JsonObject;
  @Field(() => Int, { nullable: true, description: 'Send it back as expectedVersion; null: built in.' })
  version!: number | null;
  @Field(() => Int, { description: 'Profiles in it at the moment; estimated where not all were looked at.' })
  size!: number;
  @Field(() => Float, { description: 'Of all profiles, 0 to 1.' })
  share!: number;
}

@ObjectType('SavedSegment', { simpleResolvers: true })
export class SavedSegment {
  @Field(() => String)
  key!: string;
  @Field(() => String)
  label!: string;
  @Field(() => GraphQLJSONObject)
  when!: JsonObject;
  @Field(() => Int)
  version!: number;
}

@ObjectType('SegmentList', { simpleResolvers: true })
export class SegmentList {
  @Field(() => [SegmentObject])
  nodes!: readonly SegmentObject[];
  @Field(() => Int)
  profiles!: number;
  @Field(() => Int, { description: 'Profiles that were looked at: fewer than all is a sample.' })
  sampled!: number;
}

@ObjectType('SegmentSize', { simpleResolvers: true })
export class SegmentSize {
  @Field(() => Int, { description: 'Profiles in it at the moment; estimated where not all were looked at.' })
  size!: number;
  @Field(() => Float, { description: 'Of all profiles, 0 to 1.' })
  share!: number;
  @Field(() => Int)
  profiles!: number;
  @Field(() => Int, { description: 'Profiles that were looked at: fewer than all is a sample.' })
  sampled!: number;
}

@InputType('SegmentInput')
export class SegmentInput {
  @Field(() => String)
  key!: string;
  @Field(() => String)
  label!: string;
  @Field(() => GraphQLJSONObject)
  when!: JsonObject;
  @Field(() => Int, { defaultValue: 0, description: 'The version that you saw; 0 for a new one.' })
  expectedVersion!: number;
}

@ObjectType('ItemFinding', { simpleResolvers: true, description: 'Why a new item may be recommended badly.' })
export class ItemFindingObject {
  @Field(() => String)
  code!: string;
  @Field(() => String, { description: 'A sentence in the language of the request.' })
  message!: string;
  @Field(() => [ID], { description: 'Items that it resembles too much.' })
  itemIds!: readonly string[];
}
