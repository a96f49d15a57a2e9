import { assertNever, type ItemId, seededRandom } from '@kindling/domain';
import { describedProfiles } from '@kindling/recommender';
import type { ListInput } from '../list-request.js';
import type { CatalogueRuntime } from '../runtime/catalogue-runtime.js';
import { type VisitOrder, visitOf } from './visit-order.js';

/**
 * Up to `count` visits of nobody yet: interests or searches in the catalogue's own words, items by chance, carts of
 * one to three of them. New items come as often as others: they are what a newcomer's shop is full of.
 */
export function describedVisits(
  runtime: CatalogueRuntime,
  order: VisitOrder,
  { words, count }: { readonly words: readonly string[]; readonly count: number },
): readonly ListInput[] {
  const random = seededRandom(runtime.id);
  const { kind } = order.placement;
  switch (kind) {
    case 'PERSONAL':
    case 'TRENDING':
    case 'NEW_ARRIVALS':
      return describedProfiles(words, count, random).map((subject) => visitOf(order, subject));
    case 'SEARCH':
      return describedProfiles(words, count, random).map(({ interests = [] }) =>
        visitOf(order, {}, { query: interests.join(' ') }),
      );
    case 'SIMILAR':
      return drawn(count).map((id) => visitOf(order, {}, { itemIds: [id] }));
    case 'COMPLEMENTARY':
      return carts(drawn(2 * count), count).map((itemIds) => visitOf(order, {}, { itemIds }));
    default:
      return assertNever(kind);
  }

  /** Items that may be shown, without repeats. */
  function drawn(most: number): readonly ItemId[] {
    const { items } = runtime;
    const atMs = order.now.getTime();
    const live = Array.from({ length: items.rows }, (_, row) => row).filter((row) => items.isLive(row, atMs));
    const size = Math.min(most, live.length);
    for (let at = 0; at < size; at++) {
      const other = at + Math.floor(random() * (live.length - at));
      [live[at], live[other]] = [live[other] ?? 0, live[at] ?? 0];
    }
    return live.slice(0, size).map((row) => items.idAt(row));
  }
}

/** Of one, two and three items in turn. */
function carts(items: readonly ItemId[], most: number): readonly (readonly ItemId[])[] {
  const made: (readonly ItemId[])[] = [];
  for (let from = 0; from < items.length && made.length < most; ) {
    const size = 1 + (made.length % 3);
    made.push(items.slice(from, from + size));
    from += size;
  }
  return made;
}
