import { itemId } from '@kindling/domain';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deleteItems, findItemNumbers, upsertItems } from './item-store.js';
import { newestMapChanges, readMapItems } from './map-item-store.js';
import { itemWrite, openStores, type StoreFixture, testModel } from './store.fixture.js';

let stores: StoreFixture;
beforeAll(async () => {
  stores = await openStores();
});
afterAll(() => stores.close());

const dayMs = 86_400_000;
const now = Date.now();
const newSince = new Date(now - 14 * dayMs);

/** What is read page by page, by item id. */
async function readAll(limit: number) {
  const { pool, catalogue } = stores;
  const ids = ['bulk', 'dated', 'late', 'gone'].map(itemId);
  const names = new Map(
    [...(await findItemNumbers(pool, catalogue, ids))].map(([id, number]) => [number, id]),
  );
  const found: Record<string, readonly [category: string | null, isNew: boolean]> = {};
  let pages = 0;
  let after = 0;
  for (let more = true; more; pages++) {
    const batch = await readMapItems(pool, catalogue, { after, newSince, limit });
    batch.numbers.forEach((number, at) => {
      const name = names.get(number) ?? 'gone';
      if (batch.lives[at] === true) found[name] = [batch.categories[at] ?? null, batch.isNew[at] ?? false];
      else delete found[name];
    });
    ({ upTo: after, more } = batch);
  }
  return { found, pages, upTo: after };
}

it('tells of living items their first category and whether they are new, as the item view does, page by page', async () => {
  const { pool, catalogue } = stores;
  await upsertItems(pool, catalogue, [
    itemWrite('bulk', { categories: ['Drama', 'War'] }),
    itemWrite('dated', { publishedAt: new Date(now - 3 * dayMs) }),
    itemWrite('late', { categories: ['War'] }),
    itemWrite('gone', { categories: ['War'] }),
  ]);
  // it came two days after the catalogue: what says nothing of its publication is new since then
  await pool.query(`UPDATE item SET created_at = $1 WHERE id = 'late'`, [new Date(now - 5 * dayMs)]);
  await pool.query(`UPDATE item SET created_at = $1 WHERE id <> 'late'`, [new Date(now - 7 * dayMs)]);
  await deleteItems(pool, catalogue, [itemId('gone')]);
  const wanted = { bulk: ['Drama', false], dated: [null, true], late: ['War', true] };
  expect((await readAll(100)).found).toEqual(wanted);
  const paged = await readAll(2);
  expect(paged.found).toEqual(wanted);
  expect(paged.pages).toBeGreaterThan(2);
  // whoever has read everything knows by this that nothing is newer
  expect(await newestMapChanges(pool, catalogue, testModel.id)).toEqual({ items: paged.upTo, vectors: 0 });
});
