import type { ItemStatus, JsonObject } from '@kindling/domain';
import {
  countItems,
  type EncodingState,
  encodingStates,
  type ItemListFilter,
  type ItemOutcome,
  type ItemSort,
  itemSorts,
} from '@kindling/storage';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Ctx, Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { RequestContext } from '../context.js';
import { RowError } from '../public/event-types.js';
import { enumOf, ItemObject, ItemStatusEnum } from '../public/item-type.js';
import { PageInfo } from '../public/recommendation-types.js';

export const EncodingStateEnum = enumOf(encodingStates);
registerEnumType(EncodingStateEnum, {
  name: 'EncodingState',
  description: "Of an item's text. FAILED ones stand among the dead letters, and can be retried there.",
});
export const ItemSortEnum = enumOf(itemSorts);
registerEnumType(ItemSortEnum, { name: 'ItemSort' });
export const ItemOutcomeEnum = enumOf(['CREATED', 'UPDATED', 'UNCHANGED', 'REJECTED']);
registerEnumType(ItemOutcomeEnum, { name: 'ItemOutcome' });

@ObjectType('AdminItem', { description: 'An item as its owner sees it: hidden and expired ones too.' })
export class AdminItem extends ItemObject {
  @Field(() => Int, { description: 'Events that say something of it: what its coldness goes by.' })
  events!: number;
  @Field(() => EncodingStateEnum)
  encoding!: EncodingState;
  @Field(() => String, { nullable: true, description: 'Why it could not be encoded.' })
  encodingError!: string | null;
  @Field(() => String, { description: 'The text that the encoder reads.' })
  encodedText!: string;
  @Field(() => String, {
    description:
      'Of its fields: send it back as expectedRevision. It is another one as soon as one of them is.',
  })
  revision!: string;
  @Field(() => Date)
  createdAt!: Date;
  @Field(() => Date)
  updatedAt!: Date;
}

@ObjectType('AdminItemEdge', { simpleResolvers: true })
export class AdminItemEdge {
  @Field(() => AdminItem)
  node!: AdminItem;
  @Field(() => String)
  cursor!: string;
}

@ObjectType('ItemConnection')
export class ItemConnection {
  constructor(
    private readonly filter: ItemListFilter,
    edges: AdminItemEdge[],
    pageInfo: PageInfo,
  ) {
    this.edges = edges;
    this.nodes = edges.map((edge) => edge.node);
    this.pageInfo = pageInfo;
  }

  @Field(() => [AdminItemEdge])
  readonly edges: AdminItemEdge[];
  @Field(() => [AdminItem])
  readonly nodes: AdminItem[];
  @Field(() => PageInfo)
  readonly pageInfo: PageInfo;

  @Field(() => Int, { description: 'Of all pages. Counted when it is asked for.' })
  totalCount(@Ctx() context: RequestContext): Promise<number> {
    return countItems(context.services.pool, context.catalogue, this.filter);
  }
}

@InputType('AdminItemFilter')
export class AdminItemFilter {
  @Field(() => String, { nullable: true, description: 'Words of the title, or the beginning of an id.' })
  query?: string | null;
  @Field(() => ItemStatusEnum, { nullable: true })
  status?: ItemStatus | null;
  @Field(() => EncodingStateEnum, { nullable: true })
  encoding?: EncodingState | null;
}

@InputType('ItemInput', { description: 'The whole item: a field that is left out is empty.' })
export class ItemInput {
  @Field(() => ID)
  id!: string;
  @Field(() => String)
  title!: string;
  @Field(() => String, { nullable: true })
  description?: string | null;
  @Field(() => [String], { nullable: true })
  categories?: string[] | null;
  @Field(() => [String], { nullable: true })
  tags?: string[] | null;
  @Field(() => GraphQLJSONObject, { nullable: true })
  attributes?: JsonObject | null;
  @Field(() => Float, { nullable: true })
  price?: number | null;
  @Field(() => String, { nullable: true, description: 'ISO 4217.' })
  currency?: string | null;
  @Field(() => String, { nullable: true })
  imageUrl?: string | null;
  @Field(() => String, { nullable: true })
  url?: string | null;
  @Field(() => Date, { nullable: true })
  publishedAt?: Date | null;
  @Field(() => Date, { nullable: true })
  expiresAt?: Date | null;
  @Field(() => ItemStatusEnum, { nullable: true })
  status?: ItemStatus | null;
}

@ObjectType('UpsertItemResult', { simpleResolvers: true })
export class UpsertItemResult {
  @Field(() => Int, { description: 'Of the row in the call, from 0.' })
  index!: number;
  @Field(() => ID)
  id!: string;
  @Field(() => ItemOutcomeEnum)
  outcome!: ItemOutcome | 'REJECTED';
}

@ObjectType('UpsertItemsPayload', {
  simpleResolvers: true,
  description: 'What is not rejected is committed, and will be encoded by the worker.',
})
export class UpsertItemsPayload {
  @Field(() => Int)
  created!: number;
  @Field(() => Int)
  updated!: number;
  @Field(() => Int)
  unchanged!: number;
  @Field(() => [RowError])
  rejected!: RowError[];
  @Field(() => [UpsertItemResult], { description: 'One a row, in order.' })
  results!: UpsertItemResult[];
}

export type { ItemSort };
