import type { JsonValue } from './json.js';

/**
 * The typed filter of items: public queries, rules and the vector index all speak it. A field is one of the
 * built-in ones or `attributes.<name>`. A condition on a field that an item lacks is false.
 */
export type ItemFilter =
  | { readonly all: readonly ItemFilter[] }
  | { readonly any: readonly ItemFilter[] }
  | { readonly not: ItemFilter }
  | { readonly field: string; readonly in: readonly (string | number | boolean)[] }
  | { readonly field: string; readonly range: NumberRange };

/** Half-open unless said otherwise: gte <= value < lt. Times are milliseconds since 1970 (UTC). */
export interface NumberRange {
  readonly gte?: number;
  readonly gt?: number;
  readonly lte?: number;
  readonly lt?: number;
}

/**
 * What an index can filter on: a flat record. Lists match when any of their values does.
 * Built-in fields: categories, tags, status, price, currency, publishedAt, expiresAt (ms), `attributes.*`.
 */
export type FilterPayload = Readonly<Record<string, PayloadValue>>;
export type PayloadValue = string | number | boolean | null | readonly (string | number | boolean)[];

/** The reference reading of a filter, that every index must agree with. */
export function matchesFilter(payload: FilterPayload, filter: ItemFilter): boolean {
  if ('all' in filter) return filter.all.every((part) => matchesFilter(payload, part));
  if ('any' in filter) return filter.any.some((part) => matchesFilter(payload, part));
  if ('not' in filter) return !matchesFilter(payload, filter.not);
  const value = payload[filter.field];
  if (value === undefined || value === null) return false;
  const values = Array.isArray(value) ? value : [value];
  if ('in' in filter) return values.some((one) => filter.in.includes(one));
  return values.some((one) => typeof one === 'number' && inRange(one, filter.range));
}

function inRange(value: number, { gte, gt, lte, lt }: NumberRange): boolean {
  return (
    (gte === undefined || value >= gte) &&
    (gt === undefined || value > gt) &&
    (lte === undefined || value <= lte) &&
    (lt === undefined || value < lt)
  );
}

/** The scalar attributes of an item as payload fields; nested objects are not filterable and are left out. */
export function attributePayload(attributes: Readonly<Record<string, JsonValue>>): FilterPayload {
  const payload: Record<string, PayloadValue> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (isVectorAttribute(value)) continue;
    if (isScalar(value)) payload[`attributes.${name}`] = value;
    else if (Array.isArray(value)) payload[`attributes.${name}`] = value.filter(isScalar);
  }
  return payload;
}

const leastVectorLength = 16;

/**
 * An attribute that is a vector: how the item looks or sounds, by a model of the catalogue's own. Training compares
 * items by it; nobody filters by it.
 */
export const isVectorAttribute = (value: unknown): value is readonly number[] =>
  Array.isArray(value) &&
  value.length >= leastVectorLength &&
  value.every((entry) => typeof entry === 'number');

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
