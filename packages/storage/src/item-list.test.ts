import { afterAll, beforeAll, expect, test } from 'vitest';
import { countItems, findListedItem, itemSorts, listItems } from './item-list.js';
import { deleteItems, upsertItems } from './item-store.js';
import { addCatalogue, itemWrite, openStores, type StoreFixture } from './store.fixture.js';

let stores: StoreFixture;
beforeAll(async () => {
  stores = await openStores();
  const titles = ['Alien', 'alien nation', 'Brazil', '100% wolf', 'Zulu', 'Brazil'];
  await upsertItems(
    stores.pool,
    stores.catalogue,
    titles.map((title, index) =>
      itemWrite(`i${index}`, { title, status: index === 4 ? 'HIDDEN' : 'ACTIVE' }),
    ),
  );
  await upsertItems(stores.pool, stores.catalogue, [itemWrite('gone', { title: 'Alien gone' })]);
  await deleteItems(stores.pool, stores.catalogue, ['gone']);
  await upsertItems(stores.pool, await addCatalogue(stores.pool, 'other'), [
    itemWrite('x', { title: 'Alien' }),
  ]);
});
afterAll(() => stores.close());

const everything = { first: 100, after: null, filter: {} };
const idsOf = (page: Awaited<ReturnType<typeof listItems>>) => page.items.map(({ item }) => String(item.id));

test.each(itemSorts)('pages by %s show every living item of the catalogue once', async (sort) => {
  const { pool, catalogue } = stores;
  const all = idsOf(await listItems(pool, catalogue, { ...everything, sort }));
  expect([...all].sort()).toEqual(['i0', 'i1', 'i2', 'i3', 'i4', 'i5']);
  const paged: string[] = [];
  let after: string | null = null;
  for (let more = true; more; ) {
    const page: Awaited<ReturnType<typeof listItems>> = await listItems(pool, catalogue, {
      first: 2,
      after,
      sort,
      filter: {},
    });
    paged.push(...idsOf(page));
    after = page.items.at(-1)?.cursor ?? null;
    more = page.hasNextPage;
  }
  expect(paged).toEqual(all);
});

test('finds by words of the title or by id, and takes wildcards for what they are', async () => {
  const { pool, catalogue } = stores;
  const found = async (query: string) => {
    const filter = { query };
    const ids = idsOf(await listItems(pool, catalogue, { ...everything, sort: 'TITLE', filter }));
    expect(await countItems(pool, catalogue, filter)).toBe(ids.length);
    return ids.sort();
  };
  expect(await found('alien')).toEqual(['i0', 'i1']);
  expect(await found('nation ALIEN')).toEqual(['i1']);
  expect(await found('i5')).toEqual(['i5']);
  expect(await found('%')).toEqual(['i3']);
  expect(await found('_')).toEqual([]);
});

test('filters by status and by the state of encoding', async () => {
  const { pool, catalogue } = stores;
  await pool.query("UPDATE item SET embedded_hash = content_hash WHERE id = 'i0' AND catalogue_id = $1", [
    catalogue,
  ]);
  await pool.query("UPDATE item SET embed_attempts = 5, embed_error = 'NaN' WHERE id = 'i1'");
  const count = (filter: Parameters<typeof countItems>[2]) => countItems(pool, catalogue, filter);
  expect(await count({ status: 'HIDDEN' })).toBe(1);
  expect(await count({ encoding: 'ENCODED' })).toBe(1);
  expect(await count({ encoding: 'FAILED' })).toBe(1);
  expect(await count({ encoding: 'WAITING' })).toBe(4);
  expect(await findListedItem(pool, catalogue, 'i1')).toMatchObject({
    encoding: 'FAILED',
    encodingError: 'NaN',
  });
  expect(await findListedItem(pool, catalogue, 'gone')).toBeNull();
});

test('a cursor that is none is refused by name', async () => {
  const { pool, catalogue } = stores;
  for (const after of ['nonsense', Buffer.from('["a\\u0000",1]').toString('base64url')]) {
    await expect(listItems(pool, catalogue, { ...everything, after, sort: 'TITLE' })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      details: { field: 'after' },
    });
  }
});
