import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../public/item-type.js';

export const mapStates = ['EMPTY', 'DRAWING', 'READY'] as const;
export const MapStateEnum = enumOf(mapStates);
registerEnumType(MapStateEnum, {
  name: 'CatalogueMapState',
  description: 'EMPTY: no item is encoded yet. DRAWING: ask again in a second.',
});

@ObjectType('CatalogueMapCategory', { simpleResolvers: true })
export class CatalogueMapCategory {
  @Field(() => String, { nullable: true, description: 'Null: all others, and items without one.' })
  name!: string | null;
  @Field(() => Int, { description: 'Items of which it is the first category.' })
  count!: number;
}

@ObjectType('CatalogueMap', {
  simpleResolvers: true,
  description: 'Every encoded item on the plane in which their vectors differ most: what is near is alike.',
})
export class CatalogueMapObject {
  @Field(() => MapStateEnum)
  state!: (typeof mapStates)[number];
  @Field(() => Int, { description: 'Vectors drawn so far.' })
  done!: number;
  @Field(() => Int)
  total!: number;
  @Field(() => Float, {
    description: 'The part of all differences between items that shows in the plane, 0 to 1.',
  })
  explained!: number;
  @Field(() => Int)
  itemCount!: number;
  @Field(() => Int, { description: 'Items published in the last 14 days.' })
  newCount!: number;
  @Field(() => [CatalogueMapCategory], {
    description: 'At most 8, the most frequent first, and then all others.',
  })
  categories!: readonly CatalogueMapCategory[];
  @Field(() => String, { description: 'Another one whenever the points are.' })
  version!: string;
  @Field(() => Int, { description: 'Of a very large catalogue, an even part of its items.' })
  pointCount!: number;
  @Field(() => String, {
    nullable: true,
    description:
      'base64 of columns of pointCount little-endian entries: int16 x, int16 y, uint32 number, uint8 place in categories, uint8 1 for new. Null when knownVersion is the version.',
  })
  points!: string | null;
}

@ObjectType('MapItem', { simpleResolvers: true })
export class MapItem {
  @Field(() => Int)
  number!: number;
  @Field(() => ID)
  id!: string;
  @Field(() => String)
  title!: string;
  @Field(() => [String])
  categories!: readonly string[];
}
