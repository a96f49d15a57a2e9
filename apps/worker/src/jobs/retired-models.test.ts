import { itemSchema, modelId } from '@kindling/domain';
import {
  createJobQueue,
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

test('vectors and spaces of a model that serves nobody are removed, those of the serving one stay', async () => {
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
  await expire({ pool, index, log: silentLog })({}, neverAborted);

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

test('an index that has lost a catalogue is filled again although nothing changes', async () => {
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
  await index.close();
});
