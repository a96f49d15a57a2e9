import { type Coldness } from '@kindling/domain';
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { ColdnessEnum } from '../public/item-type.js';
import { Degradation, LedgerTerm, ServedLevel, StrategyRef } from '../public/recommendation-types.js';
import { RuleChangeOfSlot } from './rule-types.js';

@ObjectType('ExplainedItem', { simpleResolvers: true, description: 'An item with its whole reckoning.' })
export class ExplainedItem {
  @Field(() => Int, { description: 'From 1.' })
  rank!: number;
  @Field(() => ID)
  itemId!: string;
  @Field(() => String)
  title!: string;
  @Field(() => Float)
  score!: number;
  @Field(() => ColdnessEnum)
  coldness!: Coldness;
  @Field(() => [LedgerTerm], { description: 'Sums to the score.' })
  ledger!: readonly LedgerTerm[];
  @Field(() => String)
  reason!: string;
}

@ObjectType('OutrankedItem', { simpleResolvers: true, description: 'A candidate that got no slot.' })
export class OutrankedItem extends ExplainedItem {
  @Field(() => String, { description: 'By what it was outranked, and by how much.' })
  message!: string;
}

@ObjectType('FilteredItem', {
  simpleResolvers: true,
  description: 'An item that sources found and the gate kept out.',
})
export class FilteredItem {
  @Field(() => ID)
  itemId!: string;
  @Field(() => String)
  title!: string;
  @Field(() => String, { description: 'unavailable, excluded, filter or rule.' })
  why!: string;
  @Field(() => String, { nullable: true, description: 'The key of the rule.' })
  rule!: string | null;
  @Field(() => String)
  message!: string;
}

@ObjectType('RuleConflict', {
  simpleResolvers: true,
  description: 'A rule that acted and did not get its way.',
})
export class RuleConflictObject {
  @Field(() => String)
  rule!: string;
  @Field(() => String, { nullable: true, description: 'The key of the rule that won.' })
  by!: string | null;
  @Field(() => String)
  why!: string;
  @Field(() => String)
  message!: string;
}

@ObjectType('StageTime', { simpleResolvers: true })
export class StageTime {
  @Field(() => String)
  stage!: string;
  @Field(() => String)
  label!: string;
  @Field(() => Float, { description: 'Wall clock, in milliseconds.' })
  ms!: number;
}

/** Of what a list is made, in the order in which it is told. */
export const partNames = [
  'strategy',
  'rules',
  'segments',
  'events',
  'clock',
  'model',
  'popularity',
  'vectors',
  'items',
  'profileAttributes',
  'settings',
] as const;

@ObjectType('PartOfThen', {
  simpleResolvers: true,
  description: 'One part of what a list of the past was made again with.',
})
export class PartOfThen {
  @Field(() => String, { description: `One of ${partNames.join(', ')}.` })
  part!: (typeof partNames)[number];
  @Field(() => Boolean, { description: 'False: that of now stands in for it.' })
  isOfThen!: boolean;
  @Field(() => String, { description: 'What exactly, in the language of the request.' })
  message!: string;
}

@ObjectType('Explanation', {
  simpleResolvers: true,
  description: 'A list with everything that went into it. Nothing is logged: nobody has seen it.',
})
export class ExplanationObject {
  @Field(() => String)
  placement!: string;
  @Field(() => StrategyRef)
  strategy!: StrategyRef;
  @Field(() => ColdnessEnum)
  coldness!: Coldness;
  @Field(() => ServedLevel)
  served!: ServedLevel;
  @Field(() => [Degradation])
  degraded!: readonly Degradation[];
  @Field(() => [ExplainedItem])
  list!: readonly ExplainedItem[];
  @Field(() => [OutrankedItem], { description: 'Best first, at most 50.' })
  outranked!: readonly OutrankedItem[];
  @Field(() => [FilteredItem], { description: 'At most 200, in the order in which sources found them.' })
  filtered!: readonly FilteredItem[];
  @Field(() => [String], {
    description: 'Keys of the rules that act for this subject, in order of precedence.',
  })
  rules!: readonly string[];
  @Field(() => [PartOfThen], { description: 'With asOf: what is that of then, and what is not. Else empty.' })
  parts!: readonly PartOfThen[];
  @Field(() => [RuleConflictObject])
  conflicts!: readonly RuleConflictObject[];
  @Field(() => [StageTime])
  timings!: readonly StageTime[];
}

@ObjectType('ReplayedSlot', { simpleResolvers: true })
export class ReplayedSlot {
  @Field(() => Int)
  rank!: number;
  @Field(() => ID)
  itemId!: string;
  @Field(() => String)
  title!: string;
  @Field(() => Float)
  score!: number;
}

@ObjectType('Replay', {
  simpleResolvers: true,
  description:
    'A list of the past made again: with the request, rules, segments, placement, strategy, trained model, items, events, attributes, popularity, vectors, clock and chance of then as far as `parts` says, and as it would be now.',
})
export class Replay {
  @Field(() => ID)
  recommendationId!: string;
  @Field(() => String)
  placement!: string;
  @Field(() => Date)
  createdAt!: Date;
  @Field(() => StrategyRef, { description: 'Of then.' })
  strategy!: StrategyRef;
  @Field(() => [ReplayedSlot], { description: 'As it was logged, under the titles of then.' })
  logged!: readonly ReplayedSlot[];
  @Field(() => [ReplayedSlot], { description: 'Made again as of then.' })
  replayed!: readonly ReplayedSlot[];
  @Field(() => Boolean, {
    description:
      'Whether the replay has the logged items in their order, but for slots that tried out new ones.',
  })
  isSame!: boolean;
  @Field(() => [PartOfThen], { description: 'Of every part of the inputs, whether it is that of then.' })
  parts!: readonly PartOfThen[];
  @Field(() => [String], { description: 'What of the inputs could not be that of then, in this list.' })
  caveats!: readonly string[];
  @Field(() => [ReplayedSlot], {
    description: 'What the same request would get now; empty where its placement is gone.',
  })
  now!: readonly ReplayedSlot[];
  @Field(() => [RuleChangeOfSlot], {
    description: 'From the replay to now: moves, entries (from: null), exits (to: null).',
  })
  changes!: readonly RuleChangeOfSlot[];
}
