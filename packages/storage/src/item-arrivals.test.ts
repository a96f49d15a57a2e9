import { itemNumber } from '@kindling/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerModel } from './encoder-model-store.js';
import { readArrivals, versionOfArrivals } from './item-arrivals.js';
import { deleteItems, findItemNumbers, upsertItems } from './item-store.js';
import {
  addCatalogue,
  hashOf,
  itemWrite,
  openStores,
  type StoreFixture,
  testModel,
} from './store.fixture.js';
import { writeVectors } from './vector-store.js';

let stores: StoreFixture;
beforeAll(async () => {
  stores = await openStores();
});
afterAll(() => stores.close());

test('arrivals are the living items after the newest known one, newest first, each with its vector where it has one', async () => {
  const { pool, catalogue } = stores;
  const other = await addCatalogue(pool, 'elsewhere');
  await registerModel(pool, testModel);
  await upsertItems(pool, catalogue, [itemWrite('known')]);
  await upsertItems(pool, other, [itemWrite('foreign')]);
  const known = (await findItemNumbers(pool, catalogue, [itemWrite('known').item.id])).get(
    itemWrite('known').item.id,
  );
  const query = { after: known ?? itemNumber(0), since: new Date(0), encoderModel: testModel.id, limit: 2 };
  expect(await readArrivals(pool, catalogue, query)).toEqual([]);
  expect(await versionOfArrivals(pool, catalogue, query)).toBe('');

  for (const id of ['one', 'two', 'three'])
    await upsertItems(pool, catalogue, [itemWrite(id, { tags: [id] })]);
  const two = itemWrite('two').item;
  const number = (await findItemNumbers(pool, catalogue, [two.id])).get(two.id) ?? itemNumber(0);
  const versions = [await versionOfArrivals(pool, catalogue, query)];
  const vector = new Float32Array([0, 1, 0, 0]);
  await writeVectors(pool, catalogue, testModel, [{ number, contentHash: hashOf(two.title), vector }]);
  versions.push(await versionOfArrivals(pool, catalogue, query));
  const arrivals = await readArrivals(pool, catalogue, query);
  expect(arrivals).toMatchObject([
    { id: 'three', tags: ['three'], vector: null },
    { id: 'two', number, tags: ['two'], vector },
  ]);
  const wordsOnly = await readArrivals(pool, catalogue, { ...query, encoderModel: null });
  expect(wordsOnly.map(({ vector }) => vector)).toEqual([null, null]);

  await deleteItems(pool, catalogue, [two.id]);
  versions.push(await versionOfArrivals(pool, catalogue, query));
  expect((await readArrivals(pool, catalogue, query)).map(({ id }) => id)).toEqual(['three', 'one']);
  expect(new Set(['', ...versions]).size).toBe(4);
});
