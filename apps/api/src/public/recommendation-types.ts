import type { Coldness } from '@kindling/domain';
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { ColdnessEnum, ItemObject } from './item-type.js';

@ObjectType('LedgerTerm', { simpleResolvers: true, description: 'One reason for the score, in its unit.' })
export class LedgerTerm {
  @Field(() => String, { description: 'Stable, for programs.' })
  term!: string;
  @Field(() => String, { description: 'For people, in the locale of the request.' })
  label!: string;
  @Field(() => Float)
  value!: number;
  @Field(() => String, { nullable: true })
  detail!: string | null;
  @Field(() => [ID], {
    description: 'The items that the term compares with. What a profile did is not named to public keys.',
  })
  itemIds!: readonly string[];
}

@ObjectType('RecommendationEdge', { simpleResolvers: true })
export class RecommendationEdge {
  @Field(() => ItemObject)
  node!: ItemObject;
  @Field(() => String)
  cursor!: string;
  @Field(() => Int, { description: 'From 1, over all pages.' })
  rank!: number;
  @Field(() => Float)
  score!: number;
  @Field(() => [LedgerTerm], { description: 'Sums to the score.' })
  ledger!: readonly LedgerTerm[];
  @Field(() => String, { description: 'A sentence for a person.' })
  reason!: string;
  @Field(() => ColdnessEnum, { description: 'Of the item.' })
  coldness!: Coldness;
  @Field(() => Boolean)
  isExploration!: boolean;
  @Field(() => Float, { description: 'The probability with which the item was put into this slot.' })
  propensity!: number;
}

@ObjectType('PageInfo', { simpleResolvers: true })
export class PageInfo {
  @Field(() => Boolean)
  hasNextPage!: boolean;
  @Field(() => Boolean)
  hasPreviousPage!: boolean;
  @Field(() => String, { nullable: true })
  startCursor!: string | null;
  @Field(() => String, { nullable: true })
  endCursor!: string | null;
}

@ObjectType('StrategyRef', { simpleResolvers: true })
export class StrategyRef {
  @Field(() => String)
  key!: string;
  @Field(() => Int)
  version!: number;
  @Field(() => String)
  name!: string;
}

@ObjectType('ModelRef', { simpleResolvers: true })
export class ModelRef {
  @Field(() => ID)
  id!: string;
  @Field(() => Int, { description: "Counts the catalogue's models." })
  number!: number;
}

@ObjectType('ExposureRef', {
  simpleResolvers: true,
  description: 'The experiment and the arm that this list belongs to.',
})
export class ExposureRef {
  @Field(() => String)
  experiment!: string;
  @Field(() => String)
  variant!: string;
  @Field(() => Int)
  version!: number;
  @Field(() => Boolean, {
    description:
      'Whether this list counts as an exposure: not when the variant was forced, or no arm differs.',
  })
  counted!: boolean;
}

@ObjectType('ServedLevel', {
  simpleResolvers: true,
  description: 'Which rung answered, and why it was not a higher one.',
})
export class ServedLevel {
  @Field(() => String)
  level!: string;
  @Field(() => String)
  reason!: string;
}

@ObjectType('Degradation', {
  simpleResolvers: true,
  description: 'A part that did not work, and what was done without it.',
})
export class Degradation {
  @Field(() => String)
  part!: string;
  @Field(() => String)
  reason!: string;
}

@ObjectType('RecommendationConnection', { simpleResolvers: true })
export class RecommendationConnection {
  @Field(() => [RecommendationEdge])
  edges!: readonly RecommendationEdge[];
  @Field(() => [ItemObject])
  nodes!: readonly ItemObject[];
  @Field(() => PageInfo)
  pageInfo!: PageInfo;
  @Field(() => ID, { description: 'Send it back with events: attribution.' })
  recommendationId!: string;
  @Field(() => String)
  placement!: string;
  @Field(() => StrategyRef)
  strategy!: StrategyRef;
  @Field(() => ModelRef, {
    nullable: true,
    description:
      'The trained model that was asked what people alike do, whether it had something to say or not: see served.',
  })
  model!: ModelRef | null;
  @Field(() => ExposureRef, { nullable: true })
  experiment!: ExposureRef | null;
  @Field(() => ColdnessEnum, { description: 'Of the subject.' })
  coldness!: Coldness;
  @Field(() => ServedLevel)
  served!: ServedLevel;
  @Field(() => [Degradation], { description: 'Empty when all is well.' })
  degraded!: readonly Degradation[];
}
