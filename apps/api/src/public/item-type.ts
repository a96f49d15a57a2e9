import { type Coldness, coldnesses, type ItemStatus, itemStatuses, type JsonObject } from '@kindling/domain';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, Float, ID, ObjectType, registerEnumType } from 'type-graphql';

export const enumOf = <Name extends string>(names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, name])) as { [Key in Name]: Key };

export const ColdnessEnum = enumOf(coldnesses);
registerEnumType(ColdnessEnum, { name: 'Coldness', description: 'How much evidence there is.' });

export const ItemStatusEnum = enumOf(itemStatuses);
registerEnumType(ItemStatusEnum, { name: 'ItemStatus' });

@ObjectType('Item', { simpleResolvers: true, description: 'Something to recommend.' })
export class ItemObject {
  @Field(() => ID, { description: "The caller's own id." })
  id!: string;
  @Field(() => String)
  title!: string;
  @Field(() => String, { nullable: true })
  description!: string | null;
  @Field(() => [String])
  categories!: readonly string[];
  @Field(() => [String])
  tags!: readonly string[];
  @Field(() => GraphQLJSONObject)
  attributes!: JsonObject;
  @Field(() => Float, { nullable: true })
  price!: number | null;
  @Field(() => String, { nullable: true, description: 'ISO 4217.' })
  currency!: string | null;
  @Field(() => String, { nullable: true })
  imageUrl!: string | null;
  @Field(() => String, { nullable: true })
  url!: string | null;
  @Field(() => Date, { nullable: true })
  publishedAt!: Date | null;
  @Field(() => Date, { nullable: true })
  expiresAt!: Date | null;
  @Field(() => ItemStatusEnum)
  status!: ItemStatus;
  @Field(() => ColdnessEnum)
  coldness!: Coldness;
}
