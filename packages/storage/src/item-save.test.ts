import { randomUUID } from 'node:crypto';
import { itemId } from '@kindling/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listAudit } from './audit-store.js';
import { expireItemChanges, findItemOrigin, listItemChanges } from './item-history-store.js';
import { findListedItem } from './item-list.js';
import { saveItem } from './item-save.js';
import { deleteItems, upsertItems } from './item-store.js';
import { addCatalogue, itemWrite, openStores, type StoreFixture } from './store.fixture.js';

let stores: StoreFixture;
beforeAll(async () => {
  stores = await openStores();
});
afterAll(() => stores.close());

const ann = { actor: 'member:ann@shop.example' };
const revisionOf = async (id: string) =>
  (await findListedItem(stores.pool, stores.catalogue, id))?.revision ?? null;
const historyOf = (id: string, catalogue = stores.catalogue) =>
  listItemChanges(stores.pool, catalogue, itemId(id), { first: 50, before: null });

test('a save over a revision that somebody changed is refused with theirs, and overwrites nothing', async () => {
  const { pool, catalogue } = stores;
  await upsertItems(pool, catalogue, [itemWrite('lamp', { price: 10 })]);
  const seen = await revisionOf('lamp');
  const theirs = itemWrite('lamp', { price: 12 });
  const mine = itemWrite('lamp', { price: 11 });
  await saveItem(pool, catalogue, theirs, { expectedRevision: seen, ...ann });
  await expect(
    saveItem(pool, catalogue, mine, { expectedRevision: seen, actor: 'member:bob@shop.example' }),
  ).rejects.toMatchObject({
    code: 'CONFLICT',
    details: {
      current: { item: { id: 'lamp', price: 12 }, author: ann.actor, revision: expect.any(String) },
    },
  });
  expect((await findListedItem(pool, catalogue, 'lamp'))?.price).toBe(12);
  expect(await saveItem(pool, catalogue, mine, { expectedRevision: await revisionOf('lamp'), ...ann })).toBe(
    'UPDATED',
  );
});

test('of two who save over the same revision at once, one wins and the other hears of it', async () => {
  const { pool, catalogue } = stores;
  await upsertItems(pool, catalogue, [itemWrite('race')]);
  const expectedRevision = await revisionOf('race');
  const saves = [1, 2, 3, 4].map((price) =>
    saveItem(pool, catalogue, itemWrite('race', { price }), { expectedRevision, ...ann }),
  );
  const ended = await Promise.allSettled(saves);
  expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await historyOf('race')).toHaveLength(1);
});

test('a new item is not saved over one of its id, and a deleted one is not brought back by a stale save', async () => {
  const { pool, catalogue } = stores;
  expect(await saveItem(pool, catalogue, itemWrite('vase'), { expectedRevision: null, ...ann })).toBe(
    'CREATED',
  );
  await expect(
    saveItem(pool, catalogue, itemWrite('vase', { price: 1 }), { expectedRevision: null, ...ann }),
  ).rejects.toMatchObject({ code: 'CONFLICT' });
  const seen = await revisionOf('vase');
  await deleteItems(pool, catalogue, ['vase'], ann);
  await expect(
    saveItem(pool, catalogue, itemWrite('vase', { price: 1 }), { expectedRevision: seen, ...ann }),
  ).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('the history tells every field that changed, before and after, and nothing of a save that changed none', async () => {
  const { pool, catalogue } = stores;
  const before = itemWrite('chair', {
    tags: ['wood'],
    price: 5,
    publishedAt: new Date('2026-11-01T08:00:00Z'),
  });
  const after = itemWrite('chair', {
    tags: ['wood', 'oak'],
    attributes: { colour: 'red' },
    publishedAt: new Date('2026-11-02T08:00:00Z'),
  });
  await upsertItems(pool, catalogue, [before]);
  await saveItem(pool, catalogue, after, { expectedRevision: await revisionOf('chair'), ...ann });
  expect(
    await saveItem(pool, catalogue, after, { expectedRevision: await revisionOf('chair'), ...ann }),
  ).toBe('UNCHANGED');
  const [change, ...others] = await historyOf('chair');
  expect(others).toEqual([]);
  expect(change).toMatchObject({ kind: 'UPDATED', actor: ann.actor, importRun: null, editId: null });
  expect(new Map(change?.fields.map((one) => [one.field, [one.before, one.after]]))).toEqual(
    new Map<string, unknown>([
      ['tags', [['wood'], ['wood', 'oak']]],
      ['price', [5, null]],
      ['attributes', [{}, { colour: 'red' }]],
      ['publishedAt', ['2026-11-01T08:00:00.000Z', '2026-11-02T08:00:00.000Z']],
    ]),
  );
  const [entry] = await listAudit(pool, catalogue, 1, null);
  expect(entry).toMatchObject({
    actor: ann.actor,
    action: 'item.save',
    target: 'chair',
    detail: { fields: ['attributes', 'price', 'publishedAt', 'tags'] },
  });
});

test('the history tells who made, deleted and brought back an item', async () => {
  const { pool, catalogue } = stores;
  await upsertItems(pool, catalogue, [itemWrite('desk')], { actor: 'key:sk_feed' });
  await deleteItems(pool, catalogue, ['desk'], ann);
  await upsertItems(pool, catalogue, [itemWrite('desk')], { actor: 'key:sk_feed' });
  expect((await historyOf('desk')).map(({ kind, actor }) => [kind, actor])).toEqual([
    ['RESTORED', 'key:sk_feed'],
    ['DELETED', ann.actor],
  ]);
  expect(await findItemOrigin(pool, catalogue, itemId('desk'))).toMatchObject({ actor: 'key:sk_feed' });
});

test('the history of an item is not told to another catalogue, and is forgotten when it is old', async () => {
  const { pool, catalogue } = stores;
  const other = await addCatalogue(pool, 'other');
  await upsertItems(pool, catalogue, [itemWrite('old')]);
  await upsertItems(pool, catalogue, [itemWrite('old', { price: 1 })]);
  expect(await historyOf('old', other)).toEqual([]);
  expect(await findItemOrigin(pool, other, itemId('old'))).toBeNull();
  await pool.query(
    `UPDATE item_history SET created_at = now() - interval '200 days' FROM item
     WHERE item.number = item_number AND item.id = 'old'`,
  );
  expect(await expireItemChanges(pool, 180)).toBe(1);
  expect(await historyOf('old')).toEqual([]);
});

test('the history names the file that changed an item, and the one that made it', async () => {
  const { pool, catalogue } = stores;
  const importId = randomUUID();
  await pool.query(
    `INSERT INTO import_run (id, catalogue_id, file_name, format) VALUES ($1, $2, 'films.csv', 'csv')`,
    [importId, catalogue],
  );
  const by = { actor: ann.actor, importId };
  await upsertItems(pool, catalogue, [itemWrite('film')], by);
  await upsertItems(pool, catalogue, [itemWrite('film', { price: 3 })], by);
  const file = { id: importId, fileName: 'films.csv' };
  expect((await historyOf('film')).map(({ importRun }) => importRun)).toEqual([file]);
  expect(await findItemOrigin(pool, catalogue, itemId('film'))).toMatchObject({
    actor: ann.actor,
    importRun: file,
  });
});
