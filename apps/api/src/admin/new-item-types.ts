import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../public/item-type.js';
import { PageInfo } from '../public/recommendation-types.js';

export const CohortSizeEnum = { DAY: 'day', WEEK: 'week' } as const;
registerEnumType(CohortSizeEnum, {
  name: 'CohortSize',
  description: 'Of arrival, in UTC; weeks begin on Monday.',
});

export const unshownReasons = [
  'NOT_ENCODED',
  'HIDDEN',
  'NOT_PUBLISHED',
  'EXPIRED',
  'RULE',
  'TRIAL_ENDED',
  'NO_BUDGET',
  'ON_TRIAL',
  'NO_PLACE',
] as const;
export type UnshownReason = (typeof unshownReasons)[number];
export const UnshownReasonEnum = enumOf(unshownReasons);
registerEnumType(UnshownReasonEnum, { name: 'UnshownReason' });

@ObjectType('Quantiles', { simpleResolvers: true })
export class QuantilesObject {
  @Field(() => Float)
  p10!: number;
  @Field(() => Float)
  p50!: number;
  @Field(() => Float)
  p90!: number;
}

@ObjectType('ExposureMilestone', { simpleResolvers: true })
export class ExposureMilestone {
  @Field(() => Int)
  impressions!: number;
  @Field(() => Int, { description: 'Items that were shown so often.' })
  items!: number;
  @Field(() => QuantilesObject, { description: 'Hours from arrival until then, of these items.' })
  hours!: QuantilesObject;
}

@ObjectType('ItemCohort', {
  simpleResolvers: true,
  description: 'Items that arrived together. Each stage counts those that came as far or further.',
})
export class ItemCohortObject {
  @Field(() => Date, { description: 'UTC.' })
  from!: Date;
  @Field(() => Int)
  ingested!: number;
  @Field(() => Int)
  encoded!: number;
  @Field(() => Int, { description: 'Active, published and not expired, now.' })
  eligible!: number;
  @Field(() => Int, { description: 'Shown `minimumImpressions` times or more.' })
  shown!: number;
  @Field(() => Int, { description: 'Clicked once or more.' })
  clicked!: number;
  @Field(() => Int, { description: 'Whose trial ended well.' })
  graduated!: number;
  @Field(() => Int)
  neverShown!: number;
  @Field(() => Float, { description: 'Of all of them in their first 28 days.' })
  impressions!: number;
  @Field(() => Float, { description: 'Impressions: `minimumImpressions` for each eligible item.' })
  promised!: number;
  @Field(() => Float, {
    description: 'What of the promise was kept; what an item got beyond it does not count.',
  })
  given!: number;
  @Field(() => Float, {
    nullable: true,
    description:
      'Of impressions over eligible items: 0 all alike, near 1 one has all. Null: nothing was shown.',
  })
  gini!: number | null;
  @Field(() => [ExposureMilestone], {
    description:
      'Time to the first, 5th, 10th, 20th, 50th, 100th and 200th impression; those that no item reached are left out.',
  })
  milestones!: readonly ExposureMilestone[];
}

@ObjectType('NewItemFunnel', { simpleResolvers: true })
export class NewItemFunnel {
  @Field(() => Int)
  minimumImpressions!: number;
  @Field(() => [ItemCohortObject], { description: 'Newest first; one in which nothing arrived is left out.' })
  cohorts!: readonly ItemCohortObject[];
  @Field(() => Boolean, {
    description: 'More than 50,000 items arrived: the newest are counted, the oldest cohort may be short.',
  })
  isCut!: boolean;
}

@ObjectType('ExposureAtAge', { simpleResolvers: true })
export class ExposureAtAgeObject {
  @Field(() => Int, { description: 'Whole days since arrival, 0 to 14.' })
  age!: number;
  @Field(() => Int, { description: 'Items that have lived through that whole day.' })
  items!: number;
  @Field(() => QuantilesObject, { description: 'Impressions of an item on that day.' })
  impressions!: QuantilesObject;
  @Field(() => QuantilesObject, { description: 'Impressions of an item up to the end of that day.' })
  total!: QuantilesObject;
}

@ObjectType('NewItemExposure', {
  simpleResolvers: true,
  description: 'How much new items are shown in their first fortnight, against what they are promised.',
})
export class NewItemExposure {
  @Field(() => Int, {
    description: "Least impressions of an item, by the placement's strategy; 0: none promised.",
  })
  promise!: number;
  @Field(() => [ExposureAtAgeObject], { description: 'By age; empty while no new item is a day old.' })
  ages!: readonly ExposureAtAgeObject[];
}

@ObjectType('UnshownItem', { simpleResolvers: true })
export class UnshownItemObject {
  @Field(() => ID)
  itemId!: string;
  @Field(() => String)
  title!: string;
  @Field(() => Date)
  createdAt!: Date;
  @Field(() => UnshownReasonEnum)
  reason!: UnshownReason;
  @Field(() => String, { nullable: true, description: 'The key of the rule that keeps it out.' })
  rule!: string | null;
  @Field(() => String, { description: 'Why, and what to do.' })
  message!: string;
}

@ObjectType('UnshownItems', { simpleResolvers: true })
export class UnshownItems {
  @Field(() => [UnshownItemObject], { description: 'Newest first.' })
  nodes!: readonly UnshownItemObject[];
  @Field(() => PageInfo)
  pageInfo!: PageInfo;
}
