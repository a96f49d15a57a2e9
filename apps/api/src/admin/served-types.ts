import type { Coldness } from '@kindling/domain';
import { Field, Float, Int, ObjectType } from 'type-graphql';
import { ColdnessEnum } from '../public/item-type.js';

@ObjectType('ServedGroup', { simpleResolvers: true, description: 'Lists of one placement by one rung.' })
export class ServedGroup {
  @Field(() => String)
  placement!: string;
  @Field(() => String, { description: 'Which rung answered, as in ServedLevel.' })
  level!: string;
  @Field(() => ColdnessEnum, { description: 'Of the visitors.' })
  coldness!: Coldness;
  @Field(() => Int)
  lists!: number;
  @Field(() => Int, { description: 'Of these, clicked at least once.' })
  clicked!: number;
  @Field(() => Int, { description: 'Of these, shown to simulated visitors.' })
  simulated!: number;
}

@ObjectType('ColdnessClicks', {
  simpleResolvers: true,
  description: 'Share of the lists that are clicked at least once, with its 95 % interval (Wilson).',
})
export class ColdnessClicks {
  @Field(() => ColdnessEnum)
  coldness!: Coldness;
  @Field(() => Int)
  lists!: number;
  @Field(() => Int)
  clicked!: number;
  @Field(() => Int)
  simulated!: number;
  @Field(() => Float)
  share!: number;
  @Field(() => Float)
  low!: number;
  @Field(() => Float)
  high!: number;
}

@ObjectType('ServedLists', {
  simpleResolvers: true,
  description: 'What answered lately, and what was clicked.',
})
export class ServedLists {
  @Field(() => Date)
  since!: Date;
  @Field(() => Int)
  lists!: number;
  @Field(() => Boolean, { description: 'More were shown since then: these are the newest.' })
  isCut!: boolean;
  @Field(() => [ServedGroup], { description: 'By placement; of each, the most frequent first.' })
  groups!: readonly ServedGroup[];
  @Field(() => [ColdnessClicks], { description: 'Of all placements, the coldest first.' })
  clicks!: readonly ColdnessClicks[];
}
