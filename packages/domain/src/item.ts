import { z } from 'zod';
import { attributePayload, type FilterPayload } from './filter.js';
import type { ItemId, ItemNumber } from './ids.js';
import type { JsonObject, JsonValue } from './json.js';

export const itemStatuses = ['ACTIVE', 'HIDDEN'] as const;
/** HIDDEN items are kept and encoded, but never recommended, found or shown to the public. */
export type ItemStatus = (typeof itemStatuses)[number];

/** Something to recommend, as its owner describes it. */
export interface Item {
  readonly id: ItemId;
  readonly title: string;
  readonly description: string | null;
  readonly categories: readonly string[];
  readonly tags: readonly string[];
  readonly attributes: JsonObject;
  readonly price: number | null;
  /** ISO 4217, upper case. */
  readonly currency: string | null;
  readonly imageUrl: string | null;
  readonly url: string | null;
  readonly publishedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly status: ItemStatus;
}

/** An item as stored: with our number, and when it was first seen. */
export interface StoredItem extends Item {
  readonly number: ItemNumber;
  readonly createdAt: Date;
}

export const itemLimits = {
  idCharacters: 256,
  titleCharacters: 1_000,
  descriptionCharacters: 100_000,
  listEntries: 200,
  listEntryCharacters: 500,
  attributesBytes: 32_768,
  urlCharacters: 4_096,
} as const;

// Postgres text cannot hold NUL; other control characters are legal there and are cleaned before encoding.
const text = (characters: number) =>
  z
    .string()
    .max(characters, `is longer than ${characters} characters`)
    .refine((value) => !value.includes('\0'), {
      message: 'contains a NUL character',
    });
const nonEmptyText = (characters: number) =>
  text(characters).refine((value) => value.trim() !== '', 'is empty');
const list = z
  .array(nonEmptyText(itemLimits.listEntryCharacters))
  .max(itemLimits.listEntries, `has more than ${itemLimits.listEntries} entries`)
  .transform((values) => [...new Set(values.map((value) => value.trim()))]);
const webUrl = text(itemLimits.urlCharacters).refine(isWebUrl, 'is not an http or https address');
const instant = z
  .date({ error: 'is not a date' })
  .refine(
    (date) => date.getUTCFullYear() >= 1 && date.getUTCFullYear() <= 9_999,
    'is not in a year from 1 to 9999',
  );
const jsonObject = z.custom<JsonObject>(isJsonObject, 'is not a JSON object').refine((value) => {
  const json = JSON.stringify(value);
  return json.length <= itemLimits.attributesBytes && !json.includes('\\u0000');
}, `is larger than ${itemLimits.attributesBytes} bytes or contains a NUL character`);

/** The one definition of a valid item, for the API, files and the CLI alike. */
export const itemSchema = z
  .object({
    id: nonEmptyText(itemLimits.idCharacters).transform((id) => id as ItemId),
    title: nonEmptyText(itemLimits.titleCharacters).transform((title) => title.trim()),
    description: text(itemLimits.descriptionCharacters).nullable().default(null),
    categories: list.default([]),
    tags: list.default([]),
    attributes: jsonObject.default({}),
    price: z.number({ error: 'is not a number' }).nonnegative('is negative').nullable().default(null),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, 'is not a three-letter currency code such as EUR')
      .nullable()
      .default(null),
    imageUrl: webUrl.nullable().default(null),
    url: webUrl.nullable().default(null),
    publishedAt: instant.nullable().default(null),
    expiresAt: instant.nullable().default(null),
    status: z.enum(itemStatuses, `is not one of ${itemStatuses.join(', ')}`).default('ACTIVE'),
  })
  .refine((item) => !item.publishedAt || !item.expiresAt || item.publishedAt < item.expiresAt, {
    path: ['expiresAt'],
    message: 'is not after publishedAt',
  });

/** Whether an item may be shown at an instant: active, already published, not yet expired. */
export function isLive(item: Pick<Item, 'status' | 'publishedAt' | 'expiresAt'>, at: Date): boolean {
  return (
    item.status === 'ACTIVE' &&
    (item.publishedAt === null || item.publishedAt <= at) &&
    (item.expiresAt === null || item.expiresAt > at)
  );
}

/** The item as an index sees it: see FilterPayload. */
export function itemPayload(item: Item): FilterPayload {
  return {
    ...attributePayload(item.attributes),
    categories: item.categories,
    tags: item.tags,
    status: item.status,
    price: item.price,
    currency: item.currency,
    publishedAt: item.publishedAt?.getTime() ?? null,
    expiresAt: item.expiresAt?.getTime() ?? null,
  };
}

function isWebUrl(value: string): boolean {
  return /^https?:\/\//i.test(value) && URL.canParse(value);
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && isJson(value);
}

function isJson(value: unknown): value is JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  return typeof value === 'object' && Object.values(value).every(isJson);
}
