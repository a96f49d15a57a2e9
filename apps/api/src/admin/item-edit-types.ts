import { type ItemStatus, itemEditKinds, type JsonObject, type JsonValue } from '@kindling/domain';
import { type ItemEditStatus, listRefusedRows } from '@kindling/storage';
import { GraphQLJSON, GraphQLJSONObject } from 'graphql-scalars';
import { Ctx, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { RequestContext } from '../context.js';
import { enumOf, ItemStatusEnum } from '../public/item-type.js';
import { AdminItemFilter } from './item-types.js';

export const ItemEditKindEnum = enumOf(itemEditKinds);
registerEnumType(ItemEditKindEnum, { name: 'ItemEditKind' });
export const ItemEditStatusEnum = enumOf(['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED']);
registerEnumType(ItemEditStatusEnum, { name: 'ItemEditStatus' });

@InputType('ItemSelectionInput', { description: 'One of the three.' })
export class ItemSelectionInput {
  @Field(() => [ID], { nullable: true, description: 'At most 10,000.' })
  ids?: string[] | null;
  @Field(() => [Int], { nullable: true, description: 'Numbers of the map, at most 200,000.' })
  numbers?: number[] | null;
  @Field(() => AdminItemFilter, { nullable: true, description: 'All that fit when the edit is asked for.' })
  filter?: AdminItemFilter | null;
}

@InputType('ItemEditInput', { description: 'One change that is made to many items alike.' })
export class ItemEditInput {
  @Field(() => ItemEditKindEnum)
  kind!: (typeof itemEditKinds)[number];
  @Field(() => ItemStatusEnum, { nullable: true, description: 'Of SET_STATUS.' })
  status?: ItemStatus | null;
  @Field(() => [String], { nullable: true, description: 'Of the kinds of categories and tags.' })
  values?: string[] | null;
  @Field(() => String, { nullable: true, description: 'Of the attribute.' })
  name?: string | null;
  @Field(() => GraphQLJSON, { nullable: true, description: 'Of the attribute, as JSON.' })
  value?: JsonValue;
}

@ObjectType('RefusedItem', { simpleResolvers: true })
export class RefusedItem {
  @Field(() => ID)
  id!: string;
  @Field(() => String)
  reason!: string;
}

@ObjectType('ItemEdit', {
  description: 'Worked off by a worker, a batch at a time; ask for it until it has ended.',
})
export class ItemEditObject {
  @Field(() => ID)
  id!: string;
  @Field(() => GraphQLJSONObject, { nullable: true, description: 'Null: it takes back the edit `undoes`.' })
  edit!: JsonObject | null;
  @Field(() => ID, { nullable: true })
  undoes!: string | null;
  @Field(() => ItemEditStatusEnum)
  status!: ItemEditStatus;
  @Field(() => Int)
  total!: number;
  @Field(() => Int)
  done!: number;
  @Field(() => Int)
  changed!: number;
  @Field(() => Int, { description: 'They were as wanted already.' })
  unchanged!: number;
  @Field(() => Int)
  refused!: number;
  @Field(() => String, { nullable: true, description: 'Why it broke off. What was changed by then stays.' })
  error!: string | null;
  @Field(() => String)
  requestedBy!: string;
  @Field(() => Date)
  createdAt!: Date;
  @Field(() => Date, { nullable: true })
  finishedAt!: Date | null;
  @Field(() => Boolean, { description: 'It changed something in the last 7 days and was not taken back.' })
  canUndo!: boolean;

  @Field(() => [RefusedItem], { description: 'The first 100 that were refused, and why.' })
  refusedItems(@Ctx() { services }: RequestContext): Promise<readonly RefusedItem[]> {
    return this.refused === 0 ? Promise.resolve([]) : listRefusedRows(services.pool, this.id, 100);
  }
}

@ObjectType('ItemView', {
  simpleResolvers: true,
  description: 'Filters of the catalogue under a name, for everybody of it.',
})
export class ItemViewObject {
  @Field(() => String)
  name!: string;
  @Field(() => Int)
  version!: number;
  @Field(() => GraphQLJSONObject, { description: 'query, status, encoding, sort: those that are set.' })
  filters!: JsonObject;
  @Field(() => String)
  changedBy!: string;
  @Field(() => Date)
  changedAt!: Date;
}

@InputType('ItemViewInput')
export class ItemViewInput {
  @Field(() => String)
  name!: string;
  @Field(() => Int, { description: '0 for a new one.' })
  expectedVersion!: number;
  @Field(() => GraphQLJSONObject)
  filters!: JsonObject;
}
