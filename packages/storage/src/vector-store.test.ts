import { modelId } from '@kindling/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readItemChanges, readPointChanges, readVectorChanges } from './change-feed.js';
import { activateModelWhenComplete, registerModel } from './encoder-model-store.js';
import { deleteItems, upsertItems } from './item-store.js';
import { expireReplacedVectors, readVectorsThen } from './replaced-vector-store.js';
import {
  addCatalogue,
  hashOf,
  itemWrite,
  openStores,
  type StoreFixture,
  testModel,
} from './store.fixture.js';
import { findVectorsByContent, writeVectors } from './vector-store.js';
import {
  findCataloguesToEmbed,
  readEmbeddingProgress,
  readWaitingItems,
  recordEmbedFailures,
} from './waiting-item-store.js';

let stores: StoreFixture;
beforeAll(async () => {
  stores = await openStores();
});
afterAll(() => stores.close());

const share = { shard: 0, shards: 1, limit: 100, after: 0 as const };
const serving = { id: testModel.id, serving: true };
const unit = new Float32Array([1, 0, 0, 0]);

async function catalogueWith(id: string, ids: readonly string[]) {
  const catalogue = await addCatalogue(stores.pool, id);
  await registerModel(stores.pool, testModel);
  await upsertItems(
    stores.pool,
    catalogue,
    ids.map((item) => itemWrite(item)),
  );
  const waiting = await readWaitingItems(stores.pool, catalogue, serving, share);
  return { catalogue, waiting };
}

const vectorsFor = (waiting: Awaited<ReturnType<typeof readWaitingItems>>, vector = unit) =>
  waiting.map(({ item, contentHash }) => ({ number: item.number, contentHash, vector }));

test('an item waits until its vector is stored, and a second write of the same vector changes nothing', async () => {
  const { pool } = stores;
  const { catalogue, waiting } = await catalogueWith('once', ['a', 'b']);
  expect(waiting.map(({ item }) => item.id)).toEqual(['a', 'b']);
  expect(await writeVectors(pool, catalogue, testModel, vectorsFor(waiting))).toEqual({
    written: 2,
    stale: 0,
  });
  expect(await readWaitingItems(pool, catalogue, serving, share)).toEqual([]);
  const first = await readVectorChanges(pool, catalogue, testModel.id, 0);
  await writeVectors(pool, catalogue, testModel, vectorsFor(waiting));
  expect(await readVectorChanges(pool, catalogue, testModel.id, 0)).toEqual(first);
});

test('a vector of a text that has changed meanwhile is not stored: the late writer is fenced', async () => {
  const { pool } = stores;
  const { catalogue, waiting } = await catalogueWith('fenced', ['a', 'b', 'c']);
  await upsertItems(pool, catalogue, [itemWrite('a', { title: 'Another title' })]);
  await deleteItems(pool, catalogue, ['b']);
  expect(await writeVectors(pool, catalogue, testModel, vectorsFor(waiting))).toEqual({
    written: 1,
    stale: 2,
  });
  const { numbers } = await readVectorChanges(pool, catalogue, testModel.id, 0);
  expect(numbers).toEqual([waiting[2]?.item.number]);
  const stillWaiting = await readWaitingItems(pool, catalogue, serving, share);
  expect(stillWaiting.map(({ contentHash }) => contentHash)).toEqual([hashOf('Another title')]);
});

test('NaN, infinity and a wrong dimension never reach the table', async () => {
  const { pool } = stores;
  const { catalogue, waiting } = await catalogueWith('finite', ['a']);
  for (const bad of [
    [Number.NaN, 0, 0, 0],
    [Number.POSITIVE_INFINITY, 0, 0, 0],
    [1, 0],
  ]) {
    const writes = vectorsFor(waiting, new Float32Array(bad));
    await expect(writeVectors(pool, catalogue, testModel, writes)).rejects.toThrow(/item number/);
  }
  expect((await readVectorChanges(pool, catalogue, testModel.id, 0)).numbers).toEqual([]);
});

test('vectors come back bit for bit', async () => {
  const { pool } = stores;
  const { catalogue, waiting } = await catalogueWith('bits', ['a', 'b']);
  const odd = [new Float32Array([0.1, -0.2, 1e-40, 3.4e38]), new Float32Array([-0, 1, 2, 3])];
  const writes = vectorsFor(waiting).map((write, index) => ({ ...write, vector: odd[index] ?? unit }));
  await writeVectors(pool, catalogue, testModel, writes);
  const { vectors } = await readVectorChanges(pool, catalogue, testModel.id, 0);
  expect([...vectors]).toEqual(odd.flatMap((vector) => [...vector]));
  const found = await findVectorsByContent(pool, catalogue, testModel.id, [hashOf('Title of a'), 'unknown']);
  expect(found).toEqual(new Map([[hashOf('Title of a'), odd[0]]]));
});

test('an item that fails waits longer each time, then becomes a dead letter that says why', async () => {
  const { pool } = stores;
  const { catalogue, waiting } = await catalogueWith('failing', ['bad', 'good']);
  const [bad] = waiting;
  if (bad === undefined) throw new Error('nothing waits');
  const failure = { number: bad.item.number, contentHash: bad.contentHash, reason: 'NaN in the output' };
  const rules = { maximumAttempts: 2, backoffMs: 60_000 };
  expect(await recordEmbedFailures(pool, catalogue, [failure], rules)).toEqual({ retried: 1, dead: 0 });
  const due = await readWaitingItems(pool, catalogue, serving, share, rules);
  expect(due.map(({ item }) => item.id)).toEqual(['good']);
  expect(await recordEmbedFailures(pool, catalogue, [failure], rules)).toEqual({ retried: 0, dead: 1 });
  const letters = await pool.query(
    'SELECT subject, reason, attempts FROM dead_letter WHERE catalogue_id = $1',
    [catalogue],
  );
  expect(letters.rows).toEqual([{ subject: 'bad', reason: 'NaN in the output', attempts: 2 }]);
  expect(await readEmbeddingProgress(pool, catalogue, rules)).toMatchObject({
    total: 2,
    waiting: 1,
    failed: 1,
  });
});

test('shards share the items out without overlap or gap', async () => {
  const { pool } = stores;
  const ids = Array.from({ length: 20 }, (_, index) => `i${index}`);
  const { catalogue } = await catalogueWith('shards', ids);
  const parts = await Promise.all(
    [0, 1, 2].map((shard) => readWaitingItems(pool, catalogue, serving, { ...share, shard, shards: 3 })),
  );
  const found = parts.flat().map(({ item }) => String(item.id));
  expect(found.sort()).toEqual([...ids].sort());
});

test('a new model serves only when it has every vector, and takes over in one step', async () => {
  const { pool } = stores;
  const { catalogue, waiting } = await catalogueWith('swap', ['a', 'b']);
  await writeVectors(pool, catalogue, testModel, vectorsFor(waiting));
  const next = { ...testModel, id: modelId('next@1') };
  await registerModel(pool, next);
  const lacking = await readWaitingItems(pool, catalogue, { id: next.id, serving: false }, share);
  expect(lacking).toHaveLength(2);
  await writeVectors(pool, catalogue, next, vectorsFor(lacking.slice(0, 1)));
  expect(await activateModelWhenComplete(pool, catalogue, next.id)).toBe(false);
  const work = await findCataloguesToEmbed(pool, next.id, 2);
  expect(work).toContainEqual({ catalogue, shards: [0, 1] });
  await writeVectors(pool, catalogue, next, vectorsFor(lacking.slice(1)));
  expect(await activateModelWhenComplete(pool, catalogue, next.id)).toBe(true);
  expect(await readEmbeddingProgress(pool, catalogue)).toMatchObject({
    modelId: 'next@1',
    embedded: 2,
    waiting: 0,
  });
  // a worker of the old model that is still around does not take it back
  expect(await activateModelWhenComplete(pool, catalogue, testModel.id)).toBe(false);
});

test('the feed of points shows new texts, new prices and deletions, each in its newest state', async () => {
  const { pool } = stores;
  const { catalogue, waiting } = await catalogueWith('points', ['a', 'b', 'c']);
  await writeVectors(pool, catalogue, testModel, vectorsFor(waiting));
  const load = await readPointChanges(pool, catalogue, testModel.id, 0);
  expect(load.upserts).toHaveLength(3);
  await upsertItems(pool, catalogue, [itemWrite('b', { price: 7 })]);
  await deleteItems(pool, catalogue, ['c']);
  const next = await readPointChanges(pool, catalogue, testModel.id, load.upTo);
  expect(next.upserts.map((point) => point.payload.price)).toEqual([7]);
  expect(next.deletes.map(({ key }) => key)).toEqual([waiting[2]?.item.number]);
  const { changes } = await readItemChanges(pool, catalogue, 0);
  expect(next.upTo).toBe(changes.at(-1)?.change);
});

test('a vector that a later text replaced is there for a list of the past, for a while', async () => {
  const { pool } = stores;
  const { catalogue, waiting } = await catalogueWith('replaced', ['a', 'b', 'c']);
  const [a, b] = waiting.map(({ item }) => item.number);
  await writeVectors(pool, catalogue, testModel, vectorsFor(waiting.slice(0, 2)));
  const at = await clock();
  const other = new Float32Array([0, 1, 0, 0]);
  await upsertItems(pool, catalogue, [itemWrite('a', { title: 'Another title' })]);
  const again = await readWaitingItems(pool, catalogue, serving, share);
  await writeVectors(pool, catalogue, testModel, vectorsFor(again, other));
  const then = { model: testModel.id, at, most: 10 };
  // b has the one it had, c had none
  const c = waiting[2]?.item.number;
  expect(await readVectorsThen(pool, catalogue, then)).toEqual(
    new Map([
      [a, unit],
      [c, null],
    ]),
  );
  expect((await readVectorsThen(pool, catalogue, { ...then, at: await clock() }))?.size).toBe(0);
  expect(await readVectorsThen(pool, catalogue, { ...then, most: 1 })).toBeNull();
  expect(b).toBeDefined();

  await pool.query(
    `UPDATE replaced_vector SET replaced_at = now() - interval '31 days' WHERE item_number = $1`,
    [a],
  );
  expect(await expireReplacedVectors(pool)).toBe(1);
});

test('of a text that keeps changing the newest vectors are kept, and what is lost is said', async () => {
  const { pool } = stores;
  const { catalogue, waiting } = await catalogueWith('restless', ['a']);
  await writeVectors(pool, catalogue, testModel, vectorsFor(waiting));
  const at = await clock();
  for (let take = 0; take < 12; take++) {
    await upsertItems(pool, catalogue, [itemWrite('a', { title: `Take ${take}` })]);
    const again = await readWaitingItems(pool, catalogue, serving, share);
    await writeVectors(pool, catalogue, testModel, vectorsFor(again));
  }
  const { rows } = await pool.query('SELECT FROM replaced_vector WHERE catalogue_id = $1', [catalogue]);
  expect(rows.length).toBeLessThanOrEqual(9);
  expect(await readVectorsThen(pool, catalogue, { model: testModel.id, at, most: 10 })).toBeNull();
});

const clock = async () =>
  (await stores.pool.query<{ now: Date }>('SELECT clock_timestamp() AS now')).rows[0]?.now ?? new Date(0);
