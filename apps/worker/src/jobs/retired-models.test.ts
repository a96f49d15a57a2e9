import { itemSchema, modelId } from '@kindling/domain';
import {
  createJobQueue,
  dropRetiredVectors,
  readPointChanges,
  readWaitingItems,
  registerModel,
  upsertItems,
  writeVectors,
} from '@kindling/storage';
import { createEmbeddedIndex, textSpace } from '@kindling/vectors';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkIndex } from '../sweeper.js';
import { letterEncoder, openWorkerFixture, silentLog, type WorkerFixture } from '../worker.fixture.js';
import { expire } from './expire.js';
import { followIndex } from './follow-index.js';

let fixture: WorkerFixture;
beforeAll(async () => {
  fixture = await openWorkerFixture();
});
afterAll(() => fixture.close());

const neverAborted = new AbortController().signal;
const old = letterEncoder('old').encoder.model;
const serving = letterEncoder().encoder.model;

async function catalogueWithVectors(id: string) {
  const { pool } = fixture;
  const catalogue = await fixture.catalogue(id);
  const items = ['a', 'b'].map((item) => ({
    item: itemSchema.parse({ id: item, title: item }),
    contentHash: null,
  }));
  await upsertItems(pool, catalogue, items);
  const share = { shard: 0, shards: 1, limit: 10, after: 0 as const };
  const waiting = await readWaitingItems(pool, catalogue, { id: serving.id, serving: true }, share);
  const vectors = waiting.map(({ item, contentHash }) => ({
    number: item.number,
    contentHash,
    vector: new Float32Array([1, 0, 0, 0]),
  }));
  await writeVectors(pool, catalogue, serving, vectors);
  return { catalogue, vectors };
}

test('vectors and spaces of a model that serves nobody are removed after an hour, those of the serving one stay', async () => {
  const { pool } = fixture;
  const { catalogue, vectors } = await catalogueWithVectors('retired');
  await registerModel(pool, old);
  await writeVectors(pool, catalogue, old, vectors);
  await registerModel(pool, serving);
  const index = await createEmbeddedIndex({ threads: 1 });
  for (const model of [old, serving]) {
    await index.ensureSpace({ name: textSpace(model.id), model: model.id, dimensions: 4 });
  }
  await index.ensureSpace({ name: 'of-somebody-else', model: modelId('x@1'), dimensions: 4 });
  let now = 0;
  const run = expire({ pool, index, log: silentLog, now: () => now });
  const stored = async () =>
    (await pool.query('SELECT FROM item_vector WHERE catalogue_id = $1', [catalogue])).rowCount;
  await run({}, neverAborted);
  // wanted again for a moment, so that its hour begins anew
  now = 3_600_000;
  await registerModel(pool, old);
  await run({}, neverAborted);
  await registerModel(pool, serving);
  await run({}, neverAborted);
  now += 3_599_999;
  await run({}, neverAborted);
  expect([await stored(), (await index.listSpaces()).length]).toEqual([4, 3]);
  now += 1;
  await run({}, neverAborted);

  const left = await pool.query<{ model_id: string; vectors: number }>(
    'SELECT model_id, count(*)::int AS vectors FROM item_vector WHERE catalogue_id = $1 GROUP BY model_id',
    [catalogue],
  );
  expect(left.rows).toEqual([{ model_id: serving.id, vectors: 2 }]);
  expect((await index.listSpaces()).map(({ name }) => name).sort()).toEqual(
    ['of-somebody-else', textSpace(serving.id)].sort(),
  );
  expect((await readPointChanges(pool, catalogue, serving.id, 0)).upserts).toHaveLength(2);
  await index.close();
});

test('a model that serves again keeps its vectors, whoever found it retired', async () => {
  const { pool } = fixture;
  const { catalogue } = await catalogueWithVectors('again');
  const retired = { catalogue, model: serving.id };
  expect(await dropRetiredVectors(pool, retired, neverAborted)).toBe(0);
  expect((await readPointChanges(pool, catalogue, serving.id, 0)).upserts).toHaveLength(2);
});

test('an index that has lost a catalogue, or a part of it, is filled again although nothing changes', async () => {
  const { pool, databaseUrl } = fixture;
  const { catalogue } = await catalogueWithVectors('lost');
  const index = await createEmbeddedIndex({ threads: 1 });
  const follow = followIndex({ pool, index, log: silentLog });
  await follow({ catalogueId: catalogue }, neverAborted);
  const points = async () => (await index.freshness(textSpace(serving.id), catalogue)).points;
  expect(await points()).toBe(2);
  await index.dropSpace(textSpace(serving.id));

  const queue = await createJobQueue({ databaseUrl, redisUrl: undefined, onError: () => {} });
  const asked: string[] = [];
  const enqueue: typeof queue.enqueue = async (_, payload) => {
    asked.push((payload as { catalogueId: string }).catalogueId);
  };
  const parts = { pool, model: null, followedEngine: index.engine, log: silentLog };
  await checkIndex({ ...parts, queue: { ...queue, enqueue } });
  expect(asked).toContain(catalogue);
  await follow({ catalogueId: catalogue }, neverAborted);
  expect(await points()).toBe(2);
  await queue.close();

  // as after a restore from an old backup: one point is there, one is not
  const [kept] = (await readPointChanges(pool, catalogue, serving.id, 0)).upserts;
  await index.deleteTenant(textSpace(serving.id), catalogue);
  if (kept) await index.upsert(textSpace(serving.id), catalogue, [kept]);
  await follow({ catalogueId: catalogue }, neverAborted);
  expect(await points()).toBe(2);
  await index.close();
});
