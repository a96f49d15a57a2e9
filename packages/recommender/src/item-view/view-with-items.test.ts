import { itemId, itemNumber, type StoredItem } from '@kindling/domain';
import { describe, expect, it } from 'vitest';
import type { ItemView } from '../ports.js';
import { clicks, storedItem, testNow, viewOf } from '../small-catalogue.fixture.js';
import { viewWithItems } from './view-with-items.js';

const old = new Date('2026-06-01');
const first = storedItem('first', 99, { createdAt: new Date('2026-01-01') });
const film = (number: number, fields: Partial<StoredItem> = {}) =>
  storedItem(`film-${number}`, number, {
    title: `war film ${number}`,
    categories: [number % 2 === 0 ? 'war' : 'peace'],
    attributes: { brand: `brand-${number % 3}` },
    price: number,
    createdAt: new Date(old.getTime() + number * 1_000),
    ...fields,
  });
const then = [first, ...Array.from({ length: 12 }, (_, index) => film(index + 1))];
const counts = Array.from({ length: 12 }, (_, index) => clicks(`film-${index + 1}`, 3 * ((index * 5) % 12)));

/** Film 1 has another text, 2 is hidden, 3 costs more and expires, 4 is gone, 20 has come. */
const changedNow = [
  film(1, { title: 'peace at last', categories: ['love'], attributes: { brand: 'none' } }),
  film(2, { status: 'HIDDEN' }),
  film(3, { price: 90, expiresAt: new Date('2026-12-24'), publishedAt: new Date('2026-11-01') }),
];
function presentView() {
  const view = viewOf(then);
  view.applyDayCounts(counts);
  const arrived = film(20, { title: 'war film of the day', createdAt: new Date('2026-11-20') });
  view.apply([
    ...changedNow.map((item, index) => ({ item, change: 100 + index, deleted: false })),
    { item: film(4), change: 110, deleted: true },
    { item: arrived, change: 111, deleted: false },
  ]);
  return view;
}
const itemsThen = new Map<ReturnType<typeof itemNumber>, StoredItem | null>([
  ...[1, 2, 3, 4].map((number): [ReturnType<typeof itemNumber>, StoredItem] => [
    itemNumber(number),
    film(number),
  ]),
  [itemNumber(20), null],
]);

/** What a list can see of a view, by the items' ids: rows are each view's own. */
function seen(view: ItemView) {
  const atMs = testNow.getTime();
  const rows = then.flatMap(({ number }) => view.rowOf(number) ?? []);
  const idsOf = (some: readonly number[]) => some.map((row) => view.idAt(row));
  const matching = (test: (row: number) => boolean) => idsOf(rows.filter(test));
  return {
    counts: [view.itemCount, view.restrictedCount],
    items: rows.map((row) => [
      view.idAt(row),
      view.numberAt(row),
      view.titleAt(row),
      view.categoriesAt(row),
      view.publishedAtMs(row),
      view.isLive(row, atMs),
      view.popularity(row, null, atMs),
      view.eventCount(row),
    ]),
    byId: then.map(({ id }) => view.rowOfId(id) === view.rowOf(itemNumber(Number(id.slice(5)) || 99))),
    brand: matching(view.compile({ field: 'attributes.brand', in: ['brand-1'] })),
    cheap: matching(view.compile({ not: { field: 'price', range: { gt: 4 } } })),
    live: idsOf(
      Array.from({ length: view.rows }, (_, row) => row).filter((row) => view.isLive(row, atMs)),
    ).sort(),
    popular: idsOf(view.mostPopular(null, atMs, 5)),
    newest: idsOf(view.newest(atMs, 6)),
  };
}

describe('a view with the items of then', () => {
  const past = viewWithItems(presentView(), itemsThen);
  const before = viewOf(then);
  before.applyDayCounts(counts);

  it('shows what the view showed before they changed', () => {
    expect(seen(past)).toEqual(seen(before));
  });

  it('finds texts by their words of then, and nothing that was not there', () => {
    const found = (view: ItemView, query: string) =>
      view.lexical(query, 20, () => true).map(({ row }) => view.idAt(row));
    expect(found(past, 'war film').sort()).toEqual(found(before, 'war film').sort());
    expect(found(past, 'at last')).toEqual([]);
    expect(found(past, 'war film 4')[0]).toBe('film-4');
    expect(found(past, 'day')).toEqual([]);
  });

  it('does not see what comes into the view while a list is made', () => {
    const view = presentView();
    const list = viewWithItems(view, itemsThen);
    const rows = list.rows;
    view.apply([{ item: film(30), change: 200, deleted: false }]);
    expect([list.rowOf(itemNumber(30)), list.rowOfId(itemId('film-30'))]).toEqual([undefined, undefined]);
    expect(list.rows).toBe(rows);
    const gone = list.rowOf(itemNumber(4)) ?? -1;
    expect([list.titleAt(gone), list.newest(testNow.getTime(), 50).map((row) => list.idAt(row))]).toEqual([
      'war film 4',
      expect.not.arrayContaining(['film-30']),
    ]);
  });

  it('costs nothing where nothing has changed', () => {
    const view = presentView();
    expect(seen(viewWithItems(view, new Map()))).toEqual(seen(view));
  });
});
