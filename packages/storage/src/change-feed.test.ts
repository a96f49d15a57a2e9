import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { listenForChanges, readItemChanges, readPointChanges } from './change-feed.js';
import { deleteItems, upsertItems } from './item-store.js';
import { addCatalogue, itemWrite, openStores, type StoreFixture, testModel } from './store.fixture.js';
import { writeVectors } from './vector-store.js';
import { readWaitingItems } from './waiting-item-store.js';

let stores: StoreFixture;
beforeAll(async () => {
  stores = await openStores();
});
afterAll(() => stores.close());

test('a follower that reads in small steps while many write ends with exactly the truth', async () => {
  const { pool } = stores;
  const catalogue = await addCatalogue(pool, 'busy');
  await pool.query('UPDATE catalogue SET active_model_id = $1', [testModel.id]);
  let writing = true;
  const write = async (writer: number) => {
    for (let round = 0; round < 15; round++) {
      const ids = Array.from({ length: 5 }, (_, index) => `i${(writer * 7 + round * 3 + index * 5) % 40}`);
      if (round % 5 === 4) await deleteItems(pool, catalogue, ids.slice(0, 2));
      else
        await upsertItems(
          pool,
          catalogue,
          ids.map((id) => itemWrite(id, { title: `${id} ${round % 3}`, price: round })),
        );
      const waiting = await readWaitingItems(
        pool,
        catalogue,
        { id: testModel.id, serving: true },
        {
          shard: 0,
          shards: 1,
          limit: 10,
          after: 0,
        },
      );
      await writeVectors(
        pool,
        catalogue,
        testModel,
        waiting.map(({ item, contentHash }) => ({
          number: item.number,
          contentHash,
          vector: new Float32Array([round, writer, 0, 1]),
        })),
      );
    }
  };
  const items = new Map<string, number | null>();
  const points = new Map<number, string>();
  const follow = async () => {
    let itemsUpTo = 0;
    let pointsUpTo = 0;
    for (;;) {
      const last = !writing;
      const batch = await readItemChanges(pool, catalogue, itemsUpTo, 7);
      for (const { item, deleted } of batch.changes) {
        if (deleted) items.delete(item.id);
        else items.set(item.id, item.price);
      }
      const pointBatch = await readPointChanges(pool, catalogue, testModel.id, pointsUpTo, 7);
      for (const { key } of pointBatch.deletes) points.delete(key);
      for (const point of pointBatch.upserts)
        points.set(point.key, `${[...point.vector]} ${point.payload.price}`);
      const done = batch.upTo === itemsUpTo && pointBatch.upTo === pointsUpTo;
      itemsUpTo = batch.upTo;
      pointsUpTo = pointBatch.upTo;
      if (last && done) return;
    }
  };
  const following = follow();
  await Promise.all([0, 1, 2, 3, 4].map(write));
  writing = false;
  await following;

  const truth = await pool.query<{ id: string; number: number; price: number; vector: Buffer | null }>(
    `SELECT id, number::float8 AS number, price, vector FROM item LEFT JOIN item_vector ON item_number = number
     WHERE item.catalogue_id = $1 AND deleted_at IS NULL`,
    [catalogue],
  );
  expect(items).toEqual(new Map(truth.rows.map((row) => [row.id, row.price])));
  const expected = truth.rows.flatMap((row): [number, string][] =>
    row.vector === null
      ? []
      : [[row.number, `${[...new Float32Array(new Uint8Array(row.vector).buffer)]} ${row.price}`]],
  );
  expect(expected.length).toBeGreaterThan(0);
  expect(new Map([...points].sort())).toEqual(new Map(expected.sort()));
});

test('a listener hears of a change by its catalogue, also after its connection was cut', async () => {
  const { pool, catalogue, databaseUrl } = stores;
  const heard: (string | null)[] = [];
  const listener = listenForChanges(databaseUrl, (changed) => heard.push(changed), { pollMs: 3_600_000 });
  try {
    await vi.waitFor(() => expect(heard).toEqual([null]), { timeout: 5_000 });
    await upsertItems(pool, catalogue, [itemWrite('heard')]);
    await vi.waitFor(() => expect(heard).toEqual([null, catalogue]), { timeout: 5_000 });
    await pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'kindling-changes' AND datname = current_database()`);
    await vi.waitFor(() => expect(heard).toEqual([null, catalogue, null]), { timeout: 10_000 });
    await upsertItems(pool, catalogue, [itemWrite('heard', { price: 1 })]);
    await vi.waitFor(() => expect(heard.at(-1)).toBe(catalogue), { timeout: 5_000 });
  } finally {
    await listener.close();
  }
});
