import type { JsonObject } from '@kindling/domain';
import { type PopulationGroup, populationGroups } from '@kindling/recommender';
import { type DiffStatus, diffStatuses } from '@kindling/storage';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../public/item-type.js';
import { OffPolicyEstimateObject } from './exploration-types.js';

export const DiffStatusEnum = enumOf(diffStatuses);
registerEnumType(DiffStatusEnum, { name: 'PopulationDiffStatus' });
export const PopulationGroupEnum = enumOf(populationGroups);
registerEnumType(PopulationGroupEnum, {
  name: 'PopulationGroup',
  description:
    'REAL: profiles of the catalogue, or logged visits (an item looked at, a search, a cart). DESCRIBED: nobody yet, in its own words and items. UNKNOWN: nothing is known.',
});

@InputType('PopulationDiffInput', { description: 'Either a rule, several rules together, or a strategy.' })
export class PopulationDiffInput {
  @Field(() => String, { defaultValue: 'home' })
  placement!: string;
  @Field(() => String, { nullable: true, description: 'The key of a rule, as it was saved last.' })
  ruleKey?: string | null;
  @Field(() => [String], {
    nullable: true,
    description: 'Keys of up to 50 rules that are published together, each as it was saved last.',
  })
  ruleKeys?: string[] | null;
  @Field(() => [String], {
    nullable: true,
    description: 'With `ruleKeys`: published rules that are archived at the same time.',
  })
  withoutRuleKeys?: string[] | null;
  @Field(() => GraphQLJSONObject, {
    nullable: true,
    description: "A strategy's config for the placement, also one that is not saved.",
  })
  strategy?: JsonObject | null;
  @Field(() => Int, { defaultValue: 1_000, description: 'Lists that are compared at most: 10 to 2,000.' })
  profiles!: number;
}

@ObjectType('PopulationDiffGroup', { simpleResolvers: true })
export class PopulationDiffGroup {
  @Field(() => PopulationGroupEnum)
  group!: PopulationGroup;
  @Field(() => Int)
  lists!: number;
  @Field(() => Int, { description: 'Lists whose items or order differ.' })
  changed!: number;
}

@ObjectType('ExchangedItem', { simpleResolvers: true })
export class ExchangedItem {
  @Field(() => ID)
  itemId!: string;
  @Field(() => String, { description: 'Empty: the item was deleted since.' })
  title!: string;
  @Field(() => Int)
  lists!: number;
}

@ObjectType('ExchangedItems', { simpleResolvers: true })
export class ExchangedItems {
  @Field(() => Int, { description: 'Slots, over all lists.' })
  slots!: number;
  @Field(() => Int, { description: 'Different items.' })
  items!: number;
  @Field(() => [ExchangedItem], { description: 'The ten in most lists.' })
  top!: readonly ExchangedItem[];
}

@ObjectType('ShareChange', { simpleResolvers: true, description: 'Shares, 0 to 1.' })
export class ShareChange {
  @Field(() => Float)
  before!: number;
  @Field(() => Float)
  after!: number;
}

@ObjectType('PopulationDiffResult', { simpleResolvers: true })
export class PopulationDiffResultObject {
  @Field(() => [PopulationDiffGroup])
  groups!: readonly PopulationDiffGroup[];
  @Field(() => Int)
  lists!: number;
  @Field(() => Int, { description: 'Lists whose items or order differ.' })
  changed!: number;
  @Field(() => Float, { description: '`changed` of `lists`, 0 to 1.' })
  changedShare!: number;
  @Field(() => Float, {
    description: 'By how many ranks the items that stay in a list move, on average, up or down.',
  })
  meanRankMove!: number;
  @Field(() => ExchangedItems, { description: 'Items that leave lists.' })
  displaced!: ExchangedItems;
  @Field(() => ExchangedItems, { description: 'Items that come into lists.' })
  entering!: ExchangedItems;
  @Field(() => ShareChange, { description: 'Share of the slots that show new (COLD) items.' })
  newItemExposure!: ShareChange;
  @Field(() => ShareChange, { description: "Share of the catalogue's items that are in at least one list." })
  coverage!: ShareChange;
  @Field(() => OffPolicyEstimateObject, {
    description: 'Clicks a slot with the draft, from the lists of the last 30 days (200 at most).',
  })
  clickRate!: OffPolicyEstimateObject;
  @Field(() => [String], { description: 'What these figures leave out, in words.' })
  caveats!: readonly string[];
  @Field(() => Int)
  durationMs!: number;
}

@ObjectType('PopulationDiff', {
  simpleResolvers: true,
  description:
    'A draft against what is live, over a sample of the people. Nothing is logged: nobody sees the lists.',
})
export class PopulationDiffObject {
  @Field(() => ID)
  id!: string;
  @Field(() => String)
  placement!: string;
  @Field(() => String, {
    nullable: true,
    description: 'Null: the draft is several rules (`ruleKeys`), or a strategy.',
  })
  ruleKey!: string | null;
  @Field(() => [String], { description: 'Of several rules together, in order; else empty.' })
  ruleKeys!: readonly string[];
  @Field(() => GraphQLJSONObject, {
    description: "The whole rule, the strategy's config, or of several rules `rules` and the keys `without`.",
  })
  draft!: JsonObject;
  @Field(() => DiffStatusEnum)
  status!: DiffStatus;
  @Field(() => Int, { description: 'Lists that are compared.' })
  done!: number;
  @Field(() => Int, { description: 'Lists there are to compare; 0: not known yet.' })
  total!: number;
  @Field(() => String)
  requestedBy!: string;
  @Field(() => String, { nullable: true })
  errorCode!: string | null;
  @Field(() => String, { nullable: true, description: 'What went wrong, and what to do.' })
  error!: string | null;
  @Field(() => PopulationDiffResultObject, { nullable: true, description: 'Null until it has succeeded.' })
  result!: PopulationDiffResultObject | null;
  @Field(() => Date)
  createdAt!: Date;
  @Field(() => Date, { nullable: true })
  startedAt!: Date | null;
  @Field(() => Date, { nullable: true })
  finishedAt!: Date | null;
}

@ObjectType('GateProblem', { simpleResolvers: true })
export class GateProblemObject {
  @Field(() => String, {
    nullable: true,
    description: 'Where the diff is missing, or what it says; null: anywhere.',
  })
  placement!: string | null;
  @Field(() => String)
  code!: string;
  @Field(() => Float, { nullable: true, description: 'As a share, where a limit is overstepped.' })
  measured!: number | null;
  @Field(() => Float, { nullable: true })
  limit!: number | null;
  @Field(() => String)
  message!: string;
}

@ObjectType('PublishGate', {
  simpleResolvers: true,
  description:
    'Whether a rule, or several together, as saved last, may be published without a reason for an override.',
})
export class PublishGateObject {
  @Field(() => Boolean)
  passes!: boolean;
  @Field(() => [GateProblemObject])
  problems!: readonly GateProblemObject[];
}
