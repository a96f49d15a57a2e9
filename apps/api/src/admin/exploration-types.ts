import type { JsonObject } from '@kindling/domain';
import { type TrialCause, trialCauses } from '@kindling/recommender';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../public/item-type.js';
import { PageInfo } from '../public/recommendation-types.js';

export const trialStates = ['ON_TRIAL', 'GRADUATED', 'RETIRED'] as const;
export type TrialState = (typeof trialStates)[number];
export const TrialStateEnum = enumOf(trialStates);
registerEnumType(TrialStateEnum, {
  name: 'TrialState',
  description:
    'ON_TRIAL: the budget shows it. GRADUATED: it lives from its rank. RETIRED: it gets no more of the budget; its rank stays.',
});
export const TrialCauseEnum = enumOf(trialCauses);
registerEnumType(TrialCauseEnum, { name: 'TrialCause', description: 'Why a trial ended.' });

@ObjectType('RateInterval', { simpleResolvers: true, description: 'A rate and where it lies with 95 %.' })
export class RateInterval {
  @Field(() => Float)
  mean!: number;
  @Field(() => Float)
  low!: number;
  @Field(() => Float)
  high!: number;
}

@ObjectType('ItemTrial', {
  simpleResolvers: true,
  description:
    'A new item that the budget shows. A trial is of the item: what one placement learns holds for all.',
})
export class ItemTrialObject {
  @Field(() => ID)
  itemId!: string;
  @Field(() => String)
  title!: string;
  @Field(() => TrialStateEnum)
  state!: TrialState;
  @Field(() => TrialCauseEnum, { nullable: true })
  cause!: TrialCause | null;
  @Field(() => String, { description: 'Why it is in that state, in words.' })
  why!: string;
  @Field(() => Float, { description: 'Click rate that its neighbours let expect on its first day.' })
  dayZeroRate!: number;
  @Field(() => Int, { description: 'Slots that explored with it.' })
  impressions!: number;
  @Field(() => Int, { description: 'Of these, clicked.' })
  clicks!: number;
  @Field(() => RateInterval, { description: 'What is believed of its click rate.' })
  clickRate!: RateInterval;
  @Field(() => Date)
  begunAt!: Date;
  @Field(() => Date, { nullable: true })
  decidedAt!: Date | null;
}

@ObjectType('ItemTrialEdge', { simpleResolvers: true })
export class ItemTrialEdge {
  @Field(() => ItemTrialObject)
  node!: ItemTrialObject;
  @Field(() => String)
  cursor!: string;
}

@ObjectType('ItemTrialConnection', { simpleResolvers: true, description: 'Newest trial first.' })
export class ItemTrialConnection {
  @Field(() => [ItemTrialEdge])
  edges!: ItemTrialEdge[];
  @Field(() => [ItemTrialObject])
  nodes!: ItemTrialObject[];
  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}

@ObjectType('CalibrationBin', { simpleResolvers: true })
export class CalibrationBinObject {
  @Field(() => Int)
  items!: number;
  @Field(() => Int)
  impressions!: number;
  @Field(() => Float, { description: 'Mean click rate that was expected on day 0.' })
  expected!: number;
  @Field(() => Float)
  observed!: number;
  @Field(() => Float, { description: 'Of the observed rate, 95 % (Wilson).' })
  low!: number;
  @Field(() => Float)
  high!: number;
}

@ObjectType('Calibration', {
  simpleResolvers: true,
  description:
    'Click rates expected on day 0 against what came, of the newest 2,000 items that were on trial.',
})
export class CalibrationObject {
  @Field(() => Int)
  items!: number;
  @Field(() => Int)
  impressions!: number;
  @Field(() => [CalibrationBinObject], { description: 'In order of the expected rate.' })
  bins!: readonly CalibrationBinObject[];
  @Field(() => Float, {
    description: 'Mean of |expected - observed| over impressions, by bins (ECE). 0 is perfect.',
  })
  calibrationError!: number;
  @Field(() => Float, { description: 'Mean of (expected - click)^2 over impressions.' })
  brierScore!: number;
}

@ObjectType('Exploration', { simpleResolvers: true, description: 'How a placement tries out new items.' })
export class ExplorationObject {
  @Field(() => String)
  placement!: string;
  @Field(() => String)
  strategyKey!: string;
  @Field(() => Int)
  strategyVersion!: number;
  @Field(() => String, { description: 'UTC, YYYY-MM-DD: the day of the budget.' })
  day!: string;
  @Field(() => Int, {
    description: "The strategy's budget of the day; a published rule may set another one.",
  })
  impressionsPerDay!: number;
  @Field(() => Int, { description: 'Slots of new items that the log has of today.' })
  shown!: number;
  @Field(() => Int, {
    description: 'What API processes hold: shown, or reserved in blocks and not shown yet.',
  })
  reserved!: number;
  @Field(() => Float, { description: 'Part of the lists that explore while there is budget.' })
  share!: number;
  @Field(() => Int, { description: 'Items on trial, of the whole catalogue.' })
  onTrial!: number;
  @Field(() => Int)
  graduated!: number;
  @Field(() => Int)
  retired!: number;
}

@InputType('OffPolicyInput')
export class OffPolicyInput {
  @Field(() => String, { defaultValue: 'home' })
  placement!: string;
  @Field(() => GraphQLJSONObject, {
    nullable: true,
    description: "A strategy's config, also one that is not saved; left out: the placement's own.",
  })
  strategy?: JsonObject | null;
  @Field(() => Date)
  since!: Date;
  @Field(() => Date)
  until!: Date;
  @Field(() => Int, {
    defaultValue: 300,
    description: 'The newest so many lists of that time, at most 1,000.',
  })
  lists!: number;
}

@ObjectType('OffPolicyWarning', { simpleResolvers: true })
export class OffPolicyWarning {
  @Field(() => String)
  code!: string;
  @Field(() => String)
  message!: string;
}

@ObjectType('OffPolicyEstimate', {
  simpleResolvers: true,
  description:
    'Clicks a slot that a strategy would have brought, without its exploration, from what another one has shown. Null where the log says nothing.',
})
export class OffPolicyEstimateObject {
  @Field(() => Int, { description: 'Logged lists that were asked again.' })
  lists!: number;
  @Field(() => Int)
  slots!: number;
  @Field(() => RateInterval, { nullable: true, description: 'Of what was shown.' })
  observed!: RateInterval | null;
  @Field(() => RateInterval, { nullable: true, description: 'IPS.' })
  inversePropensity!: RateInterval | null;
  @Field(() => RateInterval, { nullable: true, description: 'SNIPS.' })
  selfNormalised!: RateInterval | null;
  @Field(() => RateInterval, { nullable: true, description: 'DR.' })
  doublyRobust!: RateInterval | null;
  @Field(() => Float, { description: 'So many slots of its own would say as much (Kish).' })
  effectiveSlots!: number;
  @Field(() => Float, {
    description: 'About 1 when the log may show all that the strategy would; less: the part it covers.',
  })
  meanWeight!: number;
  @Field(() => Float)
  largestWeight!: number;
  @Field(() => Float, {
    nullable: true,
    description: 'Share of the logged slots that come out the same when the logged strategy is asked again.',
  })
  agreement!: number | null;
  @Field(() => [OffPolicyWarning], {
    description: 'Why not to believe it; empty when nothing speaks against it.',
  })
  warnings!: OffPolicyWarning[];
}
