import { afterAll, beforeAll, expect, test } from 'vitest';
import { readItemChanges } from './change-feed.js';
import { deleteItems, findItemNumbers, previewItems, upsertItems } from './item-store.js';
import { addCatalogue, itemWrite, openStores, type StoreFixture } from './store.fixture.js';

let stores: StoreFixture;
beforeAll(async () => {
  stores = await openStores();
});
afterAll(() => stores.close());

test('says of each row, in order, whether it was created, updated or unchanged', async () => {
  const { pool, catalogue } = stores;
  expect(await upsertItems(pool, catalogue, [itemWrite('a'), itemWrite('b')])).toEqual([
    'CREATED',
    'CREATED',
  ]);
  const again = [itemWrite('c'), itemWrite('b', { price: 3 }), itemWrite('a')];
  expect(await previewItems(pool, catalogue, again)).toEqual(['CREATED', 'UPDATED', 'UNCHANGED']);
  expect(await upsertItems(pool, catalogue, again)).toEqual(['CREATED', 'UPDATED', 'UNCHANGED']);
  expect(await upsertItems(pool, catalogue, again)).toEqual(['UNCHANGED', 'UNCHANGED', 'UNCHANGED']);
});

test('an unchanged row takes no change number, so followers do not hear of it', async () => {
  const { pool } = stores;
  const catalogue = await addCatalogue(pool, 'quiet');
  await upsertItems(pool, catalogue, [itemWrite('a'), itemWrite('b')]);
  const { upTo } = await readItemChanges(pool, catalogue, 0);
  await upsertItems(pool, catalogue, [itemWrite('a'), itemWrite('b', { price: 1 })]);
  const { changes } = await readItemChanges(pool, catalogue, upTo);
  expect(changes.map((change) => change.item.id)).toEqual(['b']);
});

test('of equal ids in one batch the last one wins', async () => {
  const { pool } = stores;
  const catalogue = await addCatalogue(pool, 'repeats');
  const batch = [itemWrite('a', { price: 1 }), itemWrite('a', { price: 2 }), itemWrite('a', { price: 2 })];
  expect(await upsertItems(pool, catalogue, batch)).toEqual(['CREATED', 'UPDATED', 'UNCHANGED']);
  const { changes } = await readItemChanges(pool, catalogue, 0);
  expect(changes.map((change) => change.item.price)).toEqual([2]);
});

test('a deleted item is gone for readers, and comes back as created under its old number', async () => {
  const { pool } = stores;
  const catalogue = await addCatalogue(pool, 'tombstones');
  await upsertItems(pool, catalogue, [itemWrite('a'), itemWrite('b')]);
  const numbers = await findItemNumbers(pool, catalogue, [itemWrite('a').item.id]);
  expect(await deleteItems(pool, catalogue, ['a', 'nobody'])).toBe(1);
  expect(await deleteItems(pool, catalogue, ['a'])).toBe(0);
  expect((await findItemNumbers(pool, catalogue, [itemWrite('a').item.id])).size).toBe(0);
  const gone = (await readItemChanges(pool, catalogue, 0)).changes.find((change) => change.item.id === 'a');
  expect(gone?.deleted).toBe(true);
  expect(await upsertItems(pool, catalogue, [itemWrite('a')])).toEqual(['CREATED']);
  expect(await findItemNumbers(pool, catalogue, [itemWrite('a').item.id])).toEqual(numbers);
});

test('every field survives the way to the database and back, odd characters too', async () => {
  const { pool } = stores;
  const catalogue = await addCatalogue(pool, 'round-trip');
  const write = itemWrite('ид-1 "quoted" \\ud800', {
    title: 'A {brace}, a "quote", a \\backslash\\ and 火花\u0001',
    description: 'line\nline\ttab',
    categories: ['a,b', '{"c"}', 'NULL', '\\'],
    tags: ['x'],
    attributes: { year: 1999, nested: { deep: [1, null, true] }, text: '\\n as text\\' },
    price: 12.34,
    currency: 'EUR',
    imageUrl: 'https://example.com/a.png',
    url: 'http://example.com/?q=1',
    publishedAt: new Date('2024-02-29T12:34:56.789Z'),
    expiresAt: new Date('9999-01-01T00:00:00Z'),
    status: 'HIDDEN',
  });
  await upsertItems(pool, catalogue, [write]);
  const [change] = (await readItemChanges(pool, catalogue, 0)).changes;
  expect(change?.item).toMatchObject(write.item);
});

test('half a surrogate pair, which Postgres cannot hold, does not sink the batch', async () => {
  const { pool } = stores;
  const catalogue = await addCatalogue(pool, 'surrogates');
  const batch = [itemWrite('good'), itemWrite('odd', { title: 'a\ud800b', attributes: { x: '\udc00' } })];
  expect(await upsertItems(pool, catalogue, batch)).toEqual(['CREATED', 'CREATED']);
  const odd = (await readItemChanges(pool, catalogue, 0)).changes.find((change) => change.item.id === 'odd');
  expect(odd?.item).toMatchObject({ title: 'a\ufffdb', attributes: { x: '\ufffd' } });
});

test('writers of overlapping batches in different orders do not deadlock and lose nothing', async () => {
  const { pool } = stores;
  const catalogue = await addCatalogue(pool, 'crowd');
  const ids = Array.from({ length: 60 }, (_, index) => `i${index}`);
  await Promise.all(
    Array.from({ length: 8 }, (_, writer) => {
      const order = writer % 2 === 0 ? ids : [...ids].reverse();
      return upsertItems(
        pool,
        catalogue,
        order.map((id) => itemWrite(id, { price: writer })),
      );
    }),
  );
  const { changes } = await readItemChanges(pool, catalogue, 0);
  expect(changes).toHaveLength(60);
  expect(new Set(changes.map((change) => change.item.price)).size).toBe(1);
});

test('nothing of another catalogue is seen or touched', async () => {
  const { pool } = stores;
  const mine = await addCatalogue(pool, 'mine');
  const theirs = await addCatalogue(pool, 'theirs');
  await upsertItems(pool, theirs, [itemWrite('same', { price: 1 })]);
  expect(await upsertItems(pool, mine, [itemWrite('same', { price: 2 })])).toEqual(['CREATED']);
  expect(await deleteItems(pool, mine, ['same'])).toBe(1);
  const [change] = (await readItemChanges(pool, theirs, 0)).changes;
  expect(change).toMatchObject({ deleted: false, item: { price: 1 } });
});

test('an item that is stored without its text waits for the worker, and is unchanged when it comes again', async () => {
  const { pool } = stores;
  const catalogue = await addCatalogue(pool, 'not-rendered');
  const write = { ...itemWrite('a'), contentHash: null };
  expect(await upsertItems(pool, catalogue, [write])).toEqual(['CREATED']);
  expect(await upsertItems(pool, catalogue, [write])).toEqual(['UNCHANGED']);
  await pool.query("UPDATE item SET content_hash = 'rendered' WHERE catalogue_id = $1", [catalogue]);
  expect(await upsertItems(pool, catalogue, [write])).toEqual(['UNCHANGED']);
  const { rows } = await pool.query('SELECT content_hash FROM item WHERE catalogue_id = $1', [catalogue]);
  expect(rows).toEqual([{ content_hash: 'rendered' }]);
  const changed = { ...itemWrite('a', { price: 2 }), contentHash: null };
  expect(await upsertItems(pool, catalogue, [changed])).toEqual(['UPDATED']);
});
