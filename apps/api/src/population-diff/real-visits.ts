import { assertNever, type ItemId } from '@kindling/domain';
import {
  type Placement,
  type Pool,
  readCarts,
  readItemVisits,
  readLoggedVisits,
  readProfileIds,
  readSearches,
} from '@kindling/storage';
import { type ListInput, operationFor } from '../list-request.js';
import { inputOfLogged } from '../logged-request.js';
import type { CatalogueRuntime } from '../runtime/catalogue-runtime.js';
import { type VisitOrder, visitOf } from './visit-order.js';

/** Kinds whose lists go by what a visit brings; those of the other kinds are for a person. */
type AskedKind = 'SIMILAR' | 'SEARCH' | 'COMPLEMENTARY';
export const isAsked = (kind: Placement['kind']): kind is AskedKind =>
  kind === 'SIMILAR' || kind === 'SEARCH' || kind === 'COMPLEMENTARY';

/**
 * Up to `wanted` real visits by chance, the same ones each time: known profiles, or requests of the log. Where the log
 * has too few of them, what people did elsewhere stands in: items they dealt with, searches, carts.
 */
export async function realVisits(
  runtime: CatalogueRuntime,
  order: VisitOrder,
  wanted: number,
): Promise<readonly ListInput[]> {
  const { pool, placement, now } = order;
  const { key, kind, size } = placement;
  if (!isAsked(kind)) {
    const ids = await readProfileIds(pool, runtime.id, wanted);
    return ids.map((profileId) => visitOf(order, { profileId }));
  }
  const [logged, done] = await Promise.all([
    readLoggedVisits(pool, runtime.id, { placement: key, operation: operationFor[kind], most: wanted }),
    evidenceOf(kind, pool, runtime, wanted),
  ]);
  const visits = new Map<string, ListInput>();
  const take = (input: ListInput) => {
    if (visits.size < wanted && isThere(runtime, input)) visits.set(nameOf(input), input);
  };
  for (const one of logged) {
    const request = inputOfLogged(one);
    // As it was made, but now, and of one page.
    if (request) take({ ...request.input, now, first: size, wantsCursors: false });
  }
  for (const { query, itemIds, ...subject } of done) {
    take(visitOf(order, subject, { query: query ?? '', itemIds }));
  }
  return [...visits.values()];
}

function evidenceOf(kind: AskedKind, pool: Pool, { id }: CatalogueRuntime, most: number) {
  switch (kind) {
    case 'SIMILAR':
      return readItemVisits(pool, id, most);
    case 'SEARCH':
      return readSearches(pool, id, most);
    case 'COMPLEMENTARY':
      return readCarts(pool, id, most);
    default:
      return assertNever(kind);
  }
}

/** The same request twice says no more than once. */
const nameOf = ({ operation, subject, cartItemIds }: ListInput) =>
  JSON.stringify([operation, subject.profileId ?? null, subject.sessionId ?? null, cartItemIds]);

/** A visit to an item, or with a cart, that is not there any more says nothing of today. */
function isThere({ items }: CatalogueRuntime, { operation, cartItemIds, now }: ListInput): boolean {
  const isLive = (id: ItemId) => {
    const row = items.rowOfId(id);
    return row !== undefined && items.isLive(row, now.getTime());
  };
  if (operation.kind === 'similarItems') return isLive(operation.itemId);
  return cartItemIds.length === 0 || cartItemIds.some(isLive);
}
