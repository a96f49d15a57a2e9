import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogueId, itemSchema, seededRandom } from '@kindling/domain';
import {
  activateModel,
  checkEvents,
  claimTrainingRun,
  createCatalogue,
  createKey,
  createPool,
  findTrainingRun,
  insertEvents,
  listModels,
  type ModelVersion,
  type Pool,
  readModelArtefact,
  registerTrainedModel,
  startTrainingRun,
  upsertItems,
} from '@kindling/storage';
import { createTestDatabase, type TestDatabase } from '@kindling/storage/embedded-postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePortPair, graphql, root, until } from '../stack/stack.js';

let database: TestDatabase;
let pool: Pool;
let publicKey = '';
let secretKey = '';
let old: ModelVersion;
let next: ModelVersion;
const processes: ChildProcess[] = [];
const folders: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'fault-test' });
  await fillCatalogue();
  old = await train();
  next = await registerAgain(old);
  await activate(old);
});
afterAll(async () => {
  for (const child of processes) child.kill('SIGKILL');
  await pool?.end();
  await database?.drop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const catalogue = catalogueId('swapped');

async function fillCatalogue(): Promise<void> {
  await createCatalogue(pool, { id: catalogue, name: 'Swapped', scenario: 'streaming' });
  publicKey = (await createKey(pool, { catalogue, kind: 'public', name: 'site' })).secret;
  secretKey = (await createKey(pool, { catalogue, kind: 'secret', name: 'server' })).secret;
  const items = Array.from({ length: 90 }, (_, index) =>
    itemSchema.parse({ id: `i${index}`, title: `Thing ${index % 20} of kind ${index % 3}` }),
  );
  await upsertItems(
    pool,
    catalogue,
    items.map((item) => ({ item, contentHash: null })),
  );
  const random = seededRandom('likes');
  for (let person = 0; person < 60; person++) {
    const rows = items.flatMap(({ id }, index) =>
      random() < (index % 3 === person % 3 ? 0.5 : 0.02)
        ? [{ id: randomUUID(), type: 'FAVOURITE', profileId: `p${person}`, itemId: id }]
        : [],
    );
    await insertEvents(pool, catalogue, checkEvents(rows, new Date(), () => false).events, null);
  }
}

/** By a worker as it is deployed. */
async function train(): Promise<ModelVersion> {
  const { run } = await startTrainingRun(pool, catalogue, { trigger: 'MANUAL', actor: 'fault-test' });
  const worker = startProcess('apps/worker/dist/main.js', { WORKER_JOBS: 'train-model' });
  await until(async () => (await findTrainingRun(pool, catalogue, run.id))?.status === 'SUCCEEDED');
  const gone = exited(worker);
  worker.kill('SIGTERM');
  await gone;
  const [newest] = await listModels(pool, catalogue, { first: 1, before: null });
  if (newest?.runId !== run.id) throw new Error('The training has made no model.');
  return newest;
}

/** A further version with the same lists: what matters here is that it is another one. */
async function registerAgain(model: ModelVersion): Promise<ModelVersion> {
  const { run } = await startTrainingRun(pool, catalogue, { trigger: 'MANUAL', actor: 'fault-test' });
  const attempt = (await claimTrainingRun(pool, run.id, 60_000))?.attempt ?? 0;
  const artefact = await readModelArtefact(pool, catalogue, model.id);
  return registerTrainedModel(pool, { id: run.id, attempt }, { ...model, artefact });
}

const activate = (model: ModelVersion) =>
  activateModel(pool, catalogue, { modelId: model.id, actor: 'fault-test', reason: 'for the test' });

function startProcess(file: string, env: Readonly<Record<string, string>>): ChildProcess {
  const dataDir = mkdtempSync(join(tmpdir(), 'kindling-swap-'));
  folders.push(dataDir);
  const child = spawn(process.execPath, [file], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DATABASE_URL: database.databaseUrl, DATA_DIR: dataDir, ...env },
  });
  processes.push(child);
  return child;
}

const exited = (child: ChildProcess) =>
  new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)));

interface Api {
  readonly process: ChildProcess;
  readonly url: string;
}
async function startApi(env: Readonly<Record<string, string>> = {}): Promise<Api> {
  const port = await freePortPair();
  const url = `http://127.0.0.1:${port}`;
  const child = startProcess('apps/api/dist/main.js', { API_PORT: String(port), ...env });
  await until(async () => (await fetch(`${url}/health/ready`).catch(() => null))?.ok === true);
  return { process: child, url };
}

/** The number of the model that a list of somebody with likes is made with; a list that says of a fault fails. */
async function servedBy({ url }: Api): Promise<number | null> {
  const { recommendations } = await graphql<{
    recommendations: {
      model: { number: number } | null;
      degraded: { part: string }[];
      nodes: { id: string }[];
    };
  }>(
    `${url}/graphql`,
    publicKey,
    '{ recommendations(subject: { profileId: "p0" }) { model { number } degraded { part } nodes { id } } }',
    {},
  );
  expect(recommendations.degraded.filter(({ part }) => part === 'model')).toEqual([]);
  expect(recommendations.nodes.length).toBeGreaterThan(0);
  return recommendations.model?.number ?? null;
}

const modelStatus = async ({ url }: Api) =>
  (
    await graphql<{ overview: { model: { problem: string | null; active: { number: number } | null } } }>(
      `${url}/admin/graphql`,
      secretKey,
      '{ overview { model { problem active { number } } } }',
      {},
    )
  ).overview.model;

test('kill -9 of the API in the middle of a swap: the other process serves throughout, and it serves when it is back', async () => {
  // its first load is that of its start, the second one that of the swap
  const killed = await startApi({ FAIL_AT: 'model.loaded:2' });
  const other = await startApi();
  expect(await servedBy(killed)).toBe(old.number);
  expect(await servedBy(other)).toBe(old.number);

  const death = exited(killed.process);
  let isDead = false;
  void death.then(() => {
    isDead = true;
  });
  await activate(next);
  const seen: (number | null)[] = [];
  await until(async () => {
    const number = await servedBy(other);
    seen.push(number);
    return isDead && number === next.number;
  });
  expect(await death).toBe('SIGKILL');
  // never none, and never back from the new one to the old one
  const ofNext = seen.indexOf(next.number);
  expect(new Set(seen.slice(0, ofNext))).toEqual(new Set(ofNext === 0 ? [] : [old.number]));
  expect(new Set(seen.slice(ofNext))).toEqual(new Set([next.number]));

  const back = await startApi();
  expect(await servedBy(back)).toBe(next.number);
  for (const { process } of [other, back]) process.kill('SIGTERM');
}, 120_000);

test('a damaged artefact: the old model serves on, also on a process that starts then, and the overview says why', async () => {
  await activate(old);
  const running = await startApi();
  await pool.query(
    `UPDATE model_chunk SET data = set_byte(data, length(data) / 2, get_byte(data, length(data) / 2) # 1)
     WHERE model_id = $1 AND position = 0`,
    [next.id],
  );
  await activate(next);
  await until(async () => (await modelStatus(running)).problem !== null);
  expect(await servedBy(running)).toBe(old.number);
  const started = await startApi();
  expect(await servedBy(started)).toBe(old.number);
  for (const api of [running, started]) {
    const { problem, active } = await modelStatus(api);
    expect(problem).toMatch(/damaged/);
    expect(active?.number).toBe(next.number);
  }
}, 120_000);
