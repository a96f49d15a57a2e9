import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { ItemEditObject } from './item-edit-types.js';

@ObjectType('ItemNeighbour', { simpleResolvers: true })
export class ItemNeighbour {
  @Field(() => ID)
  id!: string;
  @Field(() => String)
  title!: string;
  @Field(() => Float, { description: 'Cosine of the two texts, -1 to 1.' })
  similarity!: number;
}

@ObjectType('TouchingRule', { simpleResolvers: true })
export class TouchingRule {
  @Field(() => String)
  key!: string;
  @Field(() => String)
  kind!: string;
}

@ObjectType('ItemExposureCounts', { simpleResolvers: true })
export class ItemExposureCounts {
  @Field(() => Int)
  impressions!: number;
  @Field(() => [Int], { description: 'Impressions at the age of 0 to 14 days.' })
  daily!: readonly number[];
  @Field(() => Date)
  lastAt!: Date;
}

@ObjectType('ItemSurroundings', {
  simpleResolvers: true,
  description: 'What an item meets in the catalogue.',
})
export class ItemSurroundings {
  @Field(() => [ItemNeighbour], { description: 'The nearest 8 by text; none before it is encoded.' })
  neighbours!: readonly ItemNeighbour[];
  @Field(() => [TouchingRule], {
    description:
      'Published rules that name it or whose filter of items it fits; how cold it is decides in each list.',
  })
  rules!: readonly TouchingRule[];
  @Field(() => ItemExposureCounts, {
    nullable: true,
    description: 'Counted while it is new; null: never shown then.',
  })
  exposure!: ItemExposureCounts | null;
  @Field(() => [ItemEditObject], {
    description: 'The last 10 edits of many items that changed it, newest first.',
  })
  edits!: readonly ItemEditObject[];
}
