import {
  assertNever,
  type CatalogueId,
  type ItemFilter,
  KindlingError,
  type NumberRange,
} from '@kindling/domain';
import type { Schemas } from '@qdrant/js-client-rest';
import { fieldPath, removedFromPath, tenantPath } from './point.js';

export type QdrantFilter = Schemas['Filter'];
export type QdrantCondition = Schemas['Condition'];

/** Qdrant parses JSON to 128 levels; each level of ours takes up to three of them, beside the request's own. */
const deepestNesting = 32;

/** The condition that stands first in everything we send: live points of one tenant. */
export const ofTenant = (tenant: CatalogueId): QdrantCondition => ({
  key: tenantPath,
  match: { value: tenant },
});
/** Tombstones of one tenant. */
export const removedFrom = (tenant: CatalogueId): QdrantCondition => ({
  key: removedFromPath,
  match: { value: tenant },
});
/** All that a tenant has stored, tombstones too: for writes and freshness only. */
export const storedFor = (tenant: CatalogueId): QdrantCondition => ({
  should: [ofTenant(tenant), removedFrom(tenant)],
});

/** Live points of the tenant that match, without those excluded. */
export function scopedFilter(
  tenant: CatalogueId,
  filters: readonly (ItemFilter | undefined)[],
  excludedIds: readonly string[],
): QdrantFilter {
  const conditions = filters.map((filter) => (filter ? translateFilter(filter) : true));
  return {
    must: [ofTenant(tenant), ...conditions.filter((one) => one !== true).map((one) => one || nothing)],
    ...(excludedIds.length > 0 ? { must_not: [{ has_id: [...excludedIds] }] } : {}),
  };
}

/** A condition that no point meets. */
const nothing: QdrantCondition = { has_id: [] };

/**
 * The same reading as `matchesFilter`. Constants are folded here, because Qdrant reads an empty `should` as true
 * where an empty `any` is false. Numbers are compared as ranges: `match` knows only integers.
 */
export function translateFilter(filter: ItemFilter, depth = 0): QdrantCondition | boolean {
  if (depth > deepestNesting) {
    throw new KindlingError(
      'UNSUPPORTED',
      `The filter is nested deeper than ${deepestNesting} levels, which Qdrant cannot read. Flatten it.`,
      { field: 'filter' },
    );
  }
  if ('all' in filter) {
    return every(filter.all.map((part) => translateFilter(part, depth + 1)));
  }
  if ('any' in filter) {
    return some(filter.any.map((part) => translateFilter(part, depth + 1)));
  }
  if ('not' in filter) {
    const part = translateFilter(filter.not, depth + 1);
    return typeof part === 'boolean' ? !part : { must_not: [part] };
  }
  if ('in' in filter) return anyOf(fieldPath(filter.field), filter.in);
  if ('range' in filter) return within(fieldPath(filter.field), filter.range);
  return assertNever(filter);
}

function every(parts: readonly (QdrantCondition | boolean)[]): QdrantCondition | boolean {
  if (parts.includes(false)) return false;
  const conditions = parts.filter((part) => typeof part !== 'boolean');
  return conditions.length === 0 || (conditions.length === 1 && conditions[0]) || { must: conditions };
}

function some(parts: readonly (QdrantCondition | boolean)[]): QdrantCondition | boolean {
  if (parts.includes(true)) return true;
  const conditions = parts.filter((part) => typeof part !== 'boolean');
  if (conditions.length === 0) return false;
  return (conditions.length === 1 && conditions[0]) || { should: conditions };
}

function anyOf(key: string, values: readonly (string | number | boolean)[]): QdrantCondition | boolean {
  const texts: string[] = [];
  const conditions: QdrantCondition[] = [];
  for (const value of new Set(values)) {
    // A lone surrogate or a number that is not finite cannot be stored, so it cannot match either.
    if (typeof value === 'string') {
      if (!/\p{Surrogate}/u.test(value)) texts.push(value);
    } else if (typeof value === 'boolean') conditions.push({ key, match: { value } });
    else if (Number.isFinite(value)) conditions.push({ key, range: { gte: value, lte: value } });
  }
  if (texts.length > 0) conditions.push({ key, match: { any: texts } });
  return some(conditions);
}

function within(key: string, range: NumberRange): QdrantCondition | boolean {
  const bounds: NumberRange = withoutOpenEnds(range);
  const values = Object.values(bounds);
  if (values.some((bound) => !Number.isFinite(bound))) return false;
  // Without a bound any number matches, but nothing else does.
  return { key, range: values.length > 0 ? { ...bounds } : { gte: -Number.MAX_VALUE } };
}

/** Leaves out bounds that every finite number meets; what is then not finite, none can meet. */
function withoutOpenEnds({ gte, gt, lte, lt }: NumberRange): NumberRange {
  return {
    ...(gte !== undefined && gte !== -Infinity ? { gte } : {}),
    ...(gt !== undefined && gt !== -Infinity ? { gt } : {}),
    ...(lte !== undefined && lte !== Infinity ? { lte } : {}),
    ...(lt !== undefined && lt !== Infinity ? { lt } : {}),
  };
}

/** Every field that a filter reads, with the kind of value that it looks for: what to build payload indexes on. */
export function filteredFields(filter: ItemFilter): ReadonlyMap<string, 'keyword' | 'float' | 'bool'> {
  const fields = new Map<string, 'keyword' | 'float' | 'bool'>();
  const visit = (part: ItemFilter): void => {
    if ('all' in part) part.all.forEach(visit);
    else if ('any' in part) part.any.forEach(visit);
    else if ('not' in part) visit(part.not);
    else if ('range' in part) fields.set(part.field, 'float');
    else if (part.in.length > 0 && !fields.has(part.field)) {
      const kinds = new Set(part.in.map((value) => typeof value));
      fields.set(part.field, kinds.has('string') ? 'keyword' : kinds.has('number') ? 'float' : 'bool');
    }
  };
  visit(filter);
  return fields;
}
