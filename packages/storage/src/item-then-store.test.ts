import { type ItemNumber, itemNumber } from '@kindling/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deleteItems, findItemNumbers, upsertItems } from './item-store.js';
import { readItemsThen } from './item-then-store.js';
import { addCatalogue, itemWrite, openStores, type StoreFixture } from './store.fixture.js';

let stores: StoreFixture;
beforeAll(async () => {
  stores = await openStores();
});
afterAll(() => stores.close());

const databaseTime = async () =>
  (await stores.pool.query<{ now: Date }>('SELECT clock_timestamp() AS now')).rows[0]?.now ?? new Date(0);

test('items that changed since are told as they were: edited, hidden, gone, back again, or not there yet', async () => {
  const { pool } = stores;
  const shop = await addCatalogue(pool, 'items-then');
  const before = { price: 5, tags: ['oak'], publishedAt: new Date('2026-11-01T08:00:00Z') };
  const ids = ['edited', 'hidden', 'gone', 'returns', 'stays'];
  await upsertItems(
    pool,
    shop,
    [...ids, 'away'].map((id) => itemWrite(id, before)),
  );
  await deleteItems(pool, shop, ['away']);
  const numbers = await findItemNumbers(pool, shop, ids as never);
  const away = itemNumber(
    Number(
      (await pool.query(`SELECT number FROM item WHERE id = 'away' AND catalogue_id = $1`, [shop])).rows[0]
        .number,
    ),
  );
  const at = await databaseTime();

  await upsertItems(pool, shop, [
    itemWrite('edited', { ...before, price: 6, publishedAt: null }),
    itemWrite('hidden', { ...before, status: 'HIDDEN' }),
    itemWrite('away', { price: 9 }),
    itemWrite('new', before),
  ]);
  await upsertItems(pool, shop, [
    itemWrite('edited', { ...before, price: 7, title: 'Other', attributes: { a: 1 } }),
  ]);
  await deleteItems(pool, shop, ['gone', 'returns']);
  await upsertItems(pool, shop, [itemWrite('returns', { price: 1 })]);

  const then = await readItemsThen(pool, shop, { at, most: 100 });
  const of = (id: string) => then?.get(numbers.get(id as never) as ItemNumber);
  for (const id of ['edited', 'hidden', 'gone', 'returns']) {
    expect(of(id)).toMatchObject({
      id,
      title: `Title of ${id}`,
      status: 'ACTIVE',
      attributes: {},
      ...before,
    });
  }
  expect(then?.has(numbers.get('stays' as never) as ItemNumber)).toBe(false);
  expect(then?.get(away)).toBeNull();
  expect(then?.size).toBe(6);
  expect([...(then?.values() ?? [])].filter((item) => item === null)).toHaveLength(2);

  const among = [numbers.get('gone' as never) as ItemNumber];
  expect([...((await readItemsThen(pool, shop, { at, most: 1, among })) ?? [])]).toHaveLength(1);
});

test('nothing is told where too much has changed, or changes of that time are not kept', async () => {
  const { pool } = stores;
  const shop = await addCatalogue(pool, 'items-then-much');
  const at = await databaseTime();
  await upsertItems(pool, shop, [itemWrite('a'), itemWrite('b')]);
  expect(await readItemsThen(pool, shop, { at, most: 1 })).toBeNull();
  expect((await readItemsThen(pool, shop, { at, most: 2 }))?.size).toBe(2);
  const long = new Date(Date.now() - 200 * 86_400_000);
  expect(await readItemsThen(pool, shop, { at: long, most: 10 })).toBeNull();
});
