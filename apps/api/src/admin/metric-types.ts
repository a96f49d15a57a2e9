import type { EventType } from '@kindling/domain';
import { type Attribution, attributions, type MetricKind, metricKinds } from '@kindling/experiments';
import { Field, Float, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { EventTypeEnum } from '../public/event-types.js';
import { enumOf } from '../public/item-type.js';

export const MetricKindEnum = enumOf(metricKinds);
registerEnumType(MetricKindEnum, { name: 'MetricKind' });
export const AttributionEnum = enumOf(attributions);
registerEnumType(AttributionEnum, {
  name: 'MetricAttribution',
  description:
    'PROFILE: whatever the unit does. RECOMMENDATION: only events that name a list of the experiment.',
});
export const BetterEnum = enumOf(['HIGHER', 'LOWER'] as const);
registerEnumType(BetterEnum, { name: 'MetricBetter' });

@ObjectType('Metric', { simpleResolvers: true, description: 'What is measured of a unit; versioned.' })
export class MetricObject {
  @Field(() => String)
  key!: string;
  @Field(() => Int)
  version!: number;
  @Field(() => String)
  name!: string;
  @Field(() => MetricKindEnum)
  kind!: MetricKind;
  @Field(() => [EventTypeEnum])
  events!: readonly EventType[];
  @Field(() => [EventTypeEnum])
  denominator!: readonly EventType[];
  @Field(() => AttributionEnum)
  attribution!: Attribution;
  @Field(() => Float, { nullable: true })
  windowHours!: number | null;
  @Field(() => Float, { nullable: true })
  fromHours!: number | null;
  @Field(() => Float, { nullable: true })
  cap!: number | null;
  @Field(() => Float, { nullable: true })
  newItemDays!: number | null;
  @Field(() => Int)
  prePeriodDays!: number;
  @Field(() => BetterEnum)
  better!: 'HIGHER' | 'LOWER';
}

@InputType('MetricInput')
export class MetricInput {
  @Field(() => String)
  key!: string;
  @Field(() => Int, { description: 'The version that you saw; 0 for a new one. A preset is version 1.' })
  expectedVersion!: number;
  @Field(() => String)
  name!: string;
  @Field(() => MetricKindEnum)
  kind!: MetricKind;
  @Field(() => [EventTypeEnum])
  events!: EventType[];
  @Field(() => [EventTypeEnum], { nullable: true, description: 'Of a RATIO: the events below the line.' })
  denominator?: EventType[] | null;
  @Field(() => AttributionEnum, { nullable: true })
  attribution?: Attribution | null;
  @Field(() => Float, {
    nullable: true,
    description: 'After the exposure, or after the list: later events do not count.',
  })
  windowHours?: number | null;
  @Field(() => Float, {
    nullable: true,
    description: 'Of a RETENTION: events count from here to windowHours.',
  })
  fromHours?: number | null;
  @Field(() => Float, { nullable: true, description: 'A unit counts as this much at most.' })
  cap?: number | null;
  @Field(() => Float, { nullable: true, description: 'Only events about items of at most that age.' })
  newItemDays?: number | null;
  @Field(() => Int, {
    nullable: true,
    description: 'What a unit did in so many days before is adjusted by (CUPED).',
  })
  prePeriodDays?: number | null;
  @Field(() => BetterEnum, { nullable: true })
  better?: 'HIGHER' | 'LOWER' | null;
}
