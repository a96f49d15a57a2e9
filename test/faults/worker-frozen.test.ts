import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogueId, itemSchema } from '@kindling/domain';
import { createCatalogue, createPool, type Pool, upsertItems } from '@kindling/storage';
import { createTestDatabase, type TestDatabase } from '@kindling/storage/embedded-postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root, until } from '../stack/stack.js';

let database: TestDatabase;
let pool: Pool;
const dataDir = mkdtempSync(join(tmpdir(), 'kindling-frozen-'));
const workers: ChildProcess[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'fault-test' });
});
afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await pool?.end();
  await database?.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** A worker as it is deployed, beside others, with its log. */
function startWorker() {
  const child = spawn(process.execPath, ['apps/worker/dist/main.js'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      DATABASE_URL: database.databaseUrl,
      DATA_DIR: dataDir,
      EMBEDDING_DEVICE: 'cpu',
      LOG_LEVEL: 'debug',
      WORKER_JOBS: 'embed-items',
    },
  });
  workers.push(child);
  let log = '';
  child.stdout.on('data', (chunk) => {
    log += chunk;
  });
  return { child, log: () => log };
}

const catalogue = catalogueId('frozen');
const items = 1_200;
const storeAll = (word: string) => {
  const writes = Array.from({ length: items }, (_, at) => ({
    item: itemSchema.parse({ id: `i${at}`, title: `${word} number ${at} of a long evening` }),
    contentHash: null,
  }));
  return upsertItems(pool, catalogue, writes);
};
const one = async <Row extends object>(text: string) => (await pool.query<Row>(text)).rows[0];
/** All vectors, down to their last bit and the change that wrote them. */
const everything = async () =>
  (
    await pool.query(
      `SELECT item_number, model_id, content_hash, md5(vector) AS vector, change::text FROM item_vector ORDER BY 1, 2`,
    )
  ).rows;

test('a worker frozen past its lease wakes up and changes nothing: its work was done by another one', async () => {
  await createCatalogue(pool, { id: catalogue, name: 'Frozen', scenario: 'streaming' });
  await storeAll('Film');
  const frozen = startWorker();
  await until(
    async () =>
      (await one<{ some: boolean }>('SELECT EXISTS (SELECT FROM item_vector) AS some'))?.some ?? false,
  );
  frozen.child.kill('SIGSTOP');
  // Whatever it holds of its batches is of texts that are not those of the items any more.
  await storeAll('Book');

  startWorker();
  await until(
    async () =>
      (
        await one<{ left: number }>(
          'SELECT count(*)::int AS left FROM item WHERE embedded_hash IS DISTINCT FROM content_hash',
        )
      )?.left === 0,
  );
  const before = await everything();
  expect(before.length).toBe(items);
  const heard = frozen.log().length;
  frozen.child.kill('SIGCONT');
  // It has tried to store its batch and was fenced, or found its transaction ended; then there was nothing left to do.
  await until(() => /"stale":[1-9]|encoding is held up/.test(frozen.log().slice(heard)));
  const late = { item: itemSchema.parse({ id: 'late', title: 'The last one' }), contentHash: null };
  await upsertItems(pool, catalogue, [late]);
  await until(async () => (await everything()).length === items + 1);

  expect(
    (await everything()).filter(({ item_number }) => before.some((row) => row.item_number === item_number)),
  ).toEqual(before);
  expect(
    await one(
      `SELECT (SELECT count(*)::int FROM item WHERE embedded_hash IS DISTINCT FROM content_hash) AS waiting,
         (SELECT count(*)::int FROM item JOIN item_vector ON item_number = number
            WHERE item.content_hash <> item_vector.content_hash) AS stale,
         (SELECT count(*)::int FROM dead_letter) AS dead`,
    ),
  ).toEqual({ waiting: 0, stale: 0, dead: 0 });
}, 90_000);
