import {
  type ItemFilter,
  type ItemId,
  itemId,
  type JsonObject,
  KindlingError,
  profileId,
} from '@kindling/domain';
import type { Subject } from '@kindling/recommender';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, Float, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { parseInput } from '../parse-input.js';

@InputType('SubjectInput', {
  description:
    'Whom a list is for: at least one field. What is told here is used for this list and not stored.',
})
export class SubjectInput {
  @Field(() => ID, { nullable: true })
  profileId?: string | null;
  @Field(() => ID, { nullable: true })
  sessionId?: string | null;
  @Field(() => [ID], { nullable: true })
  likedItemIds?: string[] | null;
  @Field(() => [ID], { nullable: true })
  dislikedItemIds?: string[] | null;
  @Field(() => [String], { nullable: true, description: 'Free text: search words, a campaign, a bio.' })
  interests?: string[] | null;
  @Field(() => GraphQLJSONObject, { nullable: true })
  attributes?: JsonObject | null;
}

@InputType('ContextInput')
export class ContextInput {
  @Field(() => Date, {
    nullable: true,
    description: 'The list as of another time; only for keys with the scope "manage".',
  })
  now?: Date | null;
  @Field(() => String, {
    nullable: true,
    description: 'Of the reasons: en or zh-CN. Default: Accept-Language.',
  })
  locale?: string | null;
  @Field(() => String, { nullable: true })
  device?: string | null;
  @Field(() => [ID], { nullable: true, description: 'Shown on the page already: left out.' })
  pageItemIds?: string[] | null;
  @Field(() => String, {
    nullable: true,
    description: 'Shows a chosen arm of an experiment, uncounted: a token of forcedVariantToken.',
  })
  forcedVariant?: string | null;
  @Field(() => [ID], { nullable: true, description: 'In the cart: left out, and a sign of liking.' })
  cartItemIds?: string[] | null;
}

@InputType('ItemFilterInput', {
  description: 'All conditions hold; a list holds when any of its values does.',
})
export class ItemFilterInput {
  @Field(() => [String], { nullable: true })
  categories?: string[] | null;
  @Field(() => [String], { nullable: true })
  tags?: string[] | null;
  @Field(() => Float, { nullable: true, description: 'Inclusive.' })
  priceMin?: number | null;
  @Field(() => Float, { nullable: true, description: 'Inclusive.' })
  priceMax?: number | null;
  @Field(() => Date, { nullable: true })
  publishedAfter?: Date | null;
  @Field(() => [ID], { nullable: true })
  excludeItemIds?: string[] | null;
  @Field(() => GraphQLJSONObject, {
    nullable: true,
    description: 'By name: a value, a list of values, or {gte, gt, lte, lt}.',
  })
  attributes?: JsonObject | null;
}

const clean = (value: string) => !value.includes('\0');
const idText = z
  .string()
  .min(1, 'is empty')
  .max(256, 'is longer than 256 characters')
  .refine(clean, 'contains a NUL character');
const idList = (most: number) => z.array(idText).max(most, `has more than ${most} entries`).nullish();
const words = (characters: number) =>
  z
    .string()
    .max(characters, `is longer than ${characters} characters`)
    .refine(clean, 'contains a NUL character');
const attributes = z
  .custom<JsonObject>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'is not a JSON object',
  )
  .refine((value) => JSON.stringify(value).length <= 8_192, 'is larger than 8192 bytes')
  .nullish();

const subjectSchema = z.object({
  profileId: idText.nullish(),
  sessionId: idText.nullish(),
  likedItemIds: idList(200),
  dislikedItemIds: idList(200),
  interests: z.array(words(2_000)).max(20, 'has more than 20 entries').nullish(),
  attributes,
});

/** Null for no subject at all; an input without any field is an error of the caller. */
export function subjectOf(input: SubjectInput | null | undefined): Subject {
  if (!input) return {};
  const subject = parseInput(subjectSchema, input, 'subject');
  if (Object.values(subject).every((value) => value === null || value === undefined)) {
    throw new KindlingError(
      'BAD_INPUT',
      'subject has no field: send a profileId, a sessionId, interests, likedItemIds or attributes',
      {
        field: 'subject',
      },
    );
  }
  return {
    profileId: subject.profileId ? profileId(subject.profileId) : null,
    sessionId: subject.sessionId ?? null,
    likedItemIds: (subject.likedItemIds ?? []).map(itemId),
    dislikedItemIds: (subject.dislikedItemIds ?? []).map(itemId),
    interests: subject.interests ?? [],
    attributes: subject.attributes ?? {},
  };
}

const contextSchema = z.object({
  now: z.date().nullish(),
  locale: z.string().max(100).nullish(),
  device: words(100).nullish(),
  forcedVariant: words(2_000).nullish(),
  pageItemIds: idList(500),
  cartItemIds: idList(500),
});

export interface ListContext {
  readonly now: Date | null;
  readonly locale: string | null;
  readonly device: string | null;
  readonly forcedVariant: string | null;
  readonly pageItemIds: readonly ItemId[];
  readonly cartItemIds: readonly ItemId[];
}

const noContext: ListContext = {
  now: null,
  locale: null,
  device: null,
  forcedVariant: null,
  pageItemIds: [],
  cartItemIds: [],
};

export function listContextOf(input: ContextInput | null | undefined): ListContext {
  if (!input) return noContext;
  const context = parseInput(contextSchema, input, 'context');
  return {
    now: context.now ?? null,
    locale: context.locale ?? null,
    device: context.device ?? null,
    forcedVariant: context.forcedVariant ?? null,
    pageItemIds: (context.pageItemIds ?? []).map(itemId),
    cartItemIds: (context.cartItemIds ?? []).map(itemId),
  };
}

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const range = z.strictObject({
  gte: z.number().optional(),
  gt: z.number().optional(),
  lte: z.number().optional(),
  lt: z.number().optional(),
});
const condition = z.union(
  [scalar, z.array(scalar).max(200, 'has more than 200 entries'), range],
  'is not a value, a list of values, or a range {gte, gt, lte, lt}',
);
const filterSchema = z.object({
  categories: z.array(words(500)).max(200, 'has more than 200 entries').nullish(),
  tags: z.array(words(500)).max(200, 'has more than 200 entries').nullish(),
  priceMin: z.number().nullish(),
  priceMax: z.number().nullish(),
  publishedAfter: z.date().nullish(),
  excludeItemIds: idList(1_000),
  attributes: z.record(z.string().max(200), condition).nullish(),
});

export interface ListFilter {
  readonly filter: ItemFilter | undefined;
  readonly excludeItemIds: readonly ItemId[];
}

const noFilter: ListFilter = { filter: undefined, excludeItemIds: [] };

export function listFilterOf(input: ItemFilterInput | null | undefined): ListFilter {
  if (!input) return noFilter;
  const given = parseInput(filterSchema, input, 'filter');
  const all: ItemFilter[] = [];
  if (given.categories) all.push({ field: 'categories', in: given.categories });
  if (given.tags) all.push({ field: 'tags', in: given.tags });
  const price = {
    ...(given.priceMin != null && { gte: given.priceMin }),
    ...(given.priceMax != null && { lte: given.priceMax }),
  };
  if (Object.keys(price).length > 0) all.push({ field: 'price', range: price });
  if (given.publishedAfter) all.push({ field: 'publishedAt', range: { gt: given.publishedAfter.getTime() } });
  for (const [name, wanted] of Object.entries(given.attributes ?? {})) {
    const field = `attributes.${name}`;
    if (Array.isArray(wanted)) all.push({ field, in: wanted });
    else if (typeof wanted === 'object') all.push({ field, range: definedOf(wanted) });
    else all.push({ field, in: [wanted] });
  }
  return {
    filter: all.length === 0 ? undefined : { all },
    excludeItemIds: (given.excludeItemIds ?? []).map(itemId),
  };
}

/** Without keys that are there but undefined. */
const definedOf = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };

/** The size of a list as it is asked for; null: the placement says it. */
export const listSizeOf = (first: number | null | undefined): number | null =>
  first === null || first === undefined ? null : pageSizeOf(first);

/** `first` between 1 and 100. */
export function pageSizeOf(first: number): number {
  if (!Number.isInteger(first) || first < 1 || first > 100) {
    throw new KindlingError('BAD_INPUT', `first is ${first}: it has to be between 1 and 100`, {
      field: 'first',
    });
  }
  return first;
}
