import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { catalogueId, itemSchema, seededRandom } from '@kindling/domain';
import {
  activateModel,
  checkEvents,
  createCatalogue,
  createPool,
  findTrainingRun,
  insertEvents,
  listModels,
  type Pool,
  readModelPointer,
  startTrainingRun,
  upsertItems,
} from '@kindling/storage';
import { createTestDatabase, type TestDatabase } from '@kindling/storage/embedded-postgres';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { root, until } from '../stack/stack.js';

let database: TestDatabase;
let pool: Pool;
const workers: ChildProcess[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'fault-test' });
  await trainFirstModel();
});
afterEach(() => {
  for (const worker of workers.splice(0)) signalGroup(worker, 'SIGKILL');
});
afterAll(async () => {
  await pool?.end();
  await database?.drop();
});

/** A worker as it is deployed, at the head of a group of its own: its training processes are in it too. */
function startWorker(env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ['apps/worker/dist/main.js'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
    env: {
      ...process.env,
      DATABASE_URL: database.databaseUrl,
      WORKER_JOBS: 'train-model',
      ...env,
    },
  });
  workers.push(child);
  let log = '';
  child.stdout.on('data', (chunk) => {
    log += chunk;
  });
  return { child, log: () => log };
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // it is gone already
  }
}

const catalogue = catalogueId('trained');

/** Enough items and likes for a training to take a while, and a model that serves already. */
async function trainFirstModel(): Promise<void> {
  await createCatalogue(pool, { id: catalogue, name: 'Trained', scenario: 'streaming' });
  const items = Array.from({ length: 300 }, (_, index) => ({
    item: itemSchema.parse({ id: `i${index}`, title: `Thing ${index % 40} of kind ${index % 6}` }),
    contentHash: null,
  }));
  await upsertItems(pool, catalogue, items);
  const random = seededRandom('likes');
  const now = new Date();
  for (let person = 0; person < 200; person++) {
    const rows = items.flatMap(({ item }, index) =>
      random() < (index % 6 === person % 6 ? 0.4 : 0.02)
        ? [{ id: randomUUID(), type: 'FAVOURITE', profileId: `p${person}`, itemId: item.id }]
        : [],
    );
    await insertEvents(pool, catalogue, checkEvents(rows, now, () => false).events, null);
  }
  const run = await ask();
  const worker = startWorker();
  await until(async () => (await find(run))?.status === 'SUCCEEDED');
  signalGroup(worker.child, 'SIGKILL');
  const [model] = await listModels(pool, catalogue, { first: 1, before: null });
  const modelId = model?.id ?? '';
  await activateModel(pool, catalogue, { modelId, actor: 'fault-test', reason: 'for the test' });
}

const ask = async () =>
  (await startTrainingRun(pool, catalogue, { trigger: 'MANUAL', actor: 'fault-test' })).run.id;
const find = (run: string) => findTrainingRun(pool, catalogue, run);
const pointer = async () => (await readModelPointer(pool, catalogue)).modelId;
const versions = async () =>
  (await listModels(pool, catalogue, { first: 10, before: null })).map(({ runId }) => runId);
const trainingSessions = async () =>
  (
    await pool.query(
      `SELECT FROM pg_stat_activity WHERE application_name = 'kindling-training' AND datname = current_database()`,
    )
  ).rowCount ?? 0;

test.each(['train.train', 'train.register'])(
  'kill -9 of the worker at %s: the old model serves, and another worker trains the run to its end',
  async (place) => {
    const serving = await pointer();
    const first = startWorker({ FAIL_AT: `${place}:1` });
    const died = new Promise((resolve) => first.child.once('exit', (_code, signal) => resolve(signal)));
    const run = await ask();
    expect(await died).toBe('SIGKILL');
    expect(serving).not.toBeNull();
    // the process that trained has lost its worker and ends; at the very end it may still have registered
    await until(async () => (await trainingSessions()) === 0);
    const wasRegistered = (await find(run))?.status === 'SUCCEEDED';
    if (!wasRegistered) expect(await pointer()).toBe(serving);

    startWorker();
    await until(async () => (await find(run))?.status === 'SUCCEEDED');
    expect(await find(run)).toMatchObject(
      wasRegistered ? { attempt: 1, faults: 0 } : { attempt: 2, faults: 1 },
    );
    expect((await versions()).filter((made) => made === run)).toHaveLength(1);
  },
  120_000,
);

test('a worker frozen past its lease, with its training, wakes up and registers nothing', async () => {
  const serving = await pointer();
  const frozen = startWorker();
  const run = await ask();
  await until(async () => ['TRAIN', 'EVALUATE'].includes((await find(run))?.stage ?? ''));
  signalGroup(frozen.child, 'SIGSTOP');
  expect(await pointer()).toBe(serving);

  startWorker();
  await until(async () => (await find(run))?.status === 'SUCCEEDED');
  const after = await find(run);
  expect(after).toMatchObject({ attempt: 2, faults: 1 });
  const served = await pointer();

  signalGroup(frozen.child, 'SIGCONT');
  await until(() => /no longer this worker's|taken over by another worker/.test(frozen.log()));
  expect(await find(run)).toEqual(after);
  expect((await versions()).filter((made) => made === run)).toHaveLength(1);
  expect(await pointer()).toBe(served);
}, 120_000);
