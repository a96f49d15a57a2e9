import type { JsonValue } from '@kindling/domain';
import { GraphQLJSON } from 'graphql-scalars';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../public/item-type.js';
import { PageInfo } from '../public/recommendation-types.js';

const itemChangeKinds = ['UPDATED', 'DELETED', 'RESTORED'] as const;
export const ItemChangeKindEnum = enumOf(itemChangeKinds);
registerEnumType(ItemChangeKindEnum, {
  name: 'ItemChangeKind',
  description: 'RESTORED: it was deleted, and came back.',
});

@ObjectType('ItemFieldChange', { simpleResolvers: true })
export class ItemFieldChange {
  @Field(() => String, { description: 'As ItemInput calls it.' })
  field!: string;
  @Field(() => GraphQLJSON, { nullable: true })
  before!: JsonValue;
  @Field(() => GraphQLJSON, { nullable: true })
  after!: JsonValue;
}

@ObjectType('ImportOfItem', { simpleResolvers: true })
export class ImportOfItem {
  @Field(() => ID)
  id!: string;
  @Field(() => String)
  fileName!: string;
}

@ObjectType('ItemChange', { simpleResolvers: true })
export class ItemChangeObject {
  @Field(() => ID)
  id!: string;
  @Field(() => ItemChangeKindEnum)
  kind!: (typeof itemChangeKinds)[number];
  @Field(() => String, { description: 'key:<prefix>, member:<email>, or a process.' })
  actor!: string;
  @Field(() => Date)
  createdAt!: Date;
  @Field(() => [ItemFieldChange])
  fields!: readonly ItemFieldChange[];
  @Field(() => ImportOfItem, { nullable: true, description: 'The file that it was changed by.' })
  importRun!: ImportOfItem | null;
  @Field(() => ID, { nullable: true, description: 'The edit of many items that it was part of.' })
  editId!: string | null;
}

@ObjectType('ItemOrigin', { simpleResolvers: true, description: 'How an item came to be.' })
export class ItemOriginObject {
  @Field(() => String, { nullable: true, description: 'Null: made before histories were kept.' })
  actor!: string | null;
  @Field(() => Date)
  createdAt!: Date;
  @Field(() => ImportOfItem, { nullable: true })
  importRun!: ImportOfItem | null;
}

@ObjectType('ItemHistory', { simpleResolvers: true, description: 'Changes of an item of the last 180 days.' })
export class ItemHistory {
  @Field(() => [ItemChangeObject])
  nodes!: readonly ItemChangeObject[];
  @Field(() => PageInfo)
  pageInfo!: PageInfo;
  @Field(() => ItemOriginObject)
  origin!: ItemOriginObject;
}
