import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CatalogueId, catalogueId, itemSchema, seededRandom } from '@kindling/domain';
import {
  activateModel,
  checkEvents,
  createCatalogue,
  createKey,
  createPool,
  findTrainingRun,
  insertEvents,
  listModels,
  type ModelVersion,
  type Pool,
  startTrainingRun,
  upsertItems,
} from '@kindling/storage';
import { createTestDatabase } from '@kindling/storage/embedded-postgres';
import { freePortPair, graphql, root, until } from '../stack/stack.js';

export const itemCount = 90;

/**
 * Two tastes that the words of the items say nothing of: who goes together is learned from events alone. A model that
 * was trained while people followed one of them makes lists that one of the other never would.
 */
export const tastes = {
  blocks: (item: number) => Math.floor(item / 30),
  thirds: (item: number) => item % 3,
} as const;
export type Taste = keyof typeof tastes;

export interface ServedCatalogue {
  readonly pool: Pool;
  readonly catalogue: CatalogueId;
  /** Forgets what people did, and has them follow a taste from now on. */
  follow(taste: Taste): Promise<void>;
  askForTraining(): Promise<string>;
  trainedBy(run: string): Promise<ModelVersion>;
  activate(model: ModelVersion): Promise<void>;
  /** A process as it is deployed, at the head of a group of its own: what it starts is in it too. */
  start(file: string, env: Readonly<Record<string, string>>): ServedProcess;
  startWorker(env?: Readonly<Record<string, string>>): ServedProcess;
  startApi(env?: Readonly<Record<string, string>>): Promise<ServedApi>;
  close(): Promise<void>;
}

export interface ServedProcess {
  readonly process: ChildProcess;
  readonly exited: Promise<NodeJS.Signals | null>;
  log(): string;
  signal(signal: NodeJS.Signals): void;
}

export interface ServedApi extends ServedProcess {
  /** The list of somebody who likes the first item. */
  list(): Promise<ServedList>;
  modelStatus(): Promise<{ readonly problem: string | null; readonly active: number | null }>;
}

export interface ServedList {
  /** The number of the model that it says to be made with. */
  readonly model: number | null;
  /** Parts of the service that it says to be made without. */
  readonly degraded: readonly string[];
  readonly items: readonly number[];
}

export async function openServedCatalogue(): Promise<ServedCatalogue> {
  const database = await createTestDatabase();
  const pool = createPool({ databaseUrl: database.databaseUrl, applicationName: 'fault-test' });
  const catalogue = catalogueId('served');
  await createCatalogue(pool, { id: catalogue, name: 'Served', scenario: 'streaming' });
  const publicKey = (await createKey(pool, { catalogue, kind: 'public', name: 'site' })).secret;
  const secretKey = (await createKey(pool, { catalogue, kind: 'secret', name: 'server' })).secret;
  await upsertItems(
    pool,
    catalogue,
    Array.from({ length: itemCount }, (_, index) => ({
      item: itemSchema.parse({ id: `i${index}`, title: `Thing ${index}` }),
      contentHash: null,
    })),
  );
  const processes: ServedProcess[] = [];
  const folders: string[] = [];

  const start: ServedCatalogue['start'] = (file, env) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'kindling-fault-'));
    folders.push(dataDir);
    const child = spawn(process.execPath, [file], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
      env: { ...process.env, DATABASE_URL: database.databaseUrl, DATA_DIR: dataDir, ...env },
    });
    let log = '';
    child.stdout.on('data', (chunk) => {
      log += chunk;
    });
    const started: ServedProcess = {
      process: child,
      exited: new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal))),
      log: () => log,
      signal: (signal) => signalGroup(child, signal),
    };
    processes.push(started);
    return started;
  };

  return {
    pool,
    catalogue,
    async follow(taste) {
      await pool.query('DELETE FROM event WHERE catalogue_id = $1', [catalogue]);
      const groupOf = tastes[taste];
      const random = seededRandom(taste);
      for (let person = 0; person < 90; person++) {
        const rows = Array.from({ length: itemCount }, (_, item) => item)
          .filter((item) => random() < (groupOf(item) === person % 3 ? 0.8 : 0.02))
          .map((item) => ({
            id: randomUUID(),
            type: 'FAVOURITE',
            profileId: `${taste}-${person}`,
            itemId: `i${item}`,
          }));
        await insertEvents(pool, catalogue, checkEvents(rows, new Date(), () => false).events, null);
      }
    },
    askForTraining: async () =>
      (await startTrainingRun(pool, catalogue, { trigger: 'MANUAL', actor: 'fault-test' })).run.id,
    async trainedBy(run) {
      await until(async () => (await findTrainingRun(pool, catalogue, run))?.status === 'SUCCEEDED');
      const [newest] = await listModels(pool, catalogue, { first: 1, before: null });
      if (newest?.runId !== run) throw new Error('The training has made no model.');
      return newest;
    },
    activate: async ({ id }) => {
      await activateModel(pool, catalogue, { modelId: id, actor: 'fault-test', reason: 'for the test' });
    },
    start,
    startWorker: (env = {}) => start('apps/worker/dist/main.js', { WORKER_JOBS: 'train-model', ...env }),
    async startApi(env = {}) {
      const port = await freePortPair();
      const url = `http://127.0.0.1:${port}`;
      // A client that asks all the time is not to be told to wait.
      const limits = { API_POINTS_PER_SECOND: '1000000' };
      const started = start('apps/api/dist/main.js', { API_PORT: String(port), ...limits, ...env });
      await until(async () => (await fetch(`${url}/health/ready`).catch(() => null))?.ok === true);
      return {
        ...started,
        list: () => listFrom(url, publicKey),
        modelStatus: () => modelStatusOf(url, secretKey),
      };
    },
    async close() {
      for (const { signal } of processes) signal('SIGKILL');
      await pool.end();
      await database.drop();
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // it is gone already
  }
}

async function listFrom(url: string, key: string): Promise<ServedList> {
  const { recommendations } = await graphql<{
    recommendations: {
      model: { number: number } | null;
      degraded: { part: string }[];
      nodes: { id: string }[];
    };
  }>(
    `${url}/graphql`,
    key,
    '{ recommendations(subject: { likedItemIds: ["i0"] }, first: 10) { model { number } degraded { part } nodes { id } } }',
    {},
  );
  return {
    model: recommendations.model?.number ?? null,
    degraded: recommendations.degraded.map(({ part }) => part),
    items: recommendations.nodes.map(({ id }) => Number(id.slice(1))),
  };
}

async function modelStatusOf(url: string, key: string) {
  const { overview } = await graphql<{
    overview: { model: { problem: string | null; active: { number: number } | null } };
  }>(`${url}/admin/graphql`, key, '{ overview { model { problem active { number } } } }', {});
  return { problem: overview.model.problem, active: overview.model.active?.number ?? null };
}

/** Of ten items that a model of a taste lists for the first item, so many are of its group; of the other, a third. */
const mostAreOfTheTaste = 8;

/** What is wrong with a list that says to be made by a model of that taste; empty where it is wholly so. */
export function faultsOf({ degraded, items }: ServedList, taste: Taste): readonly string[] {
  const groupOf = tastes[taste];
  const ofTaste = items.filter((item) => groupOf(item) === groupOf(0)).length;
  return [
    ...degraded.filter((part) => part === 'model').map(() => 'made without its model'),
    ...(items.length === 10 ? [] : [`holds ${items.length} of 10 items`]),
    ...(ofTaste >= mostAreOfTheTaste ? [] : [`only ${ofTaste} of its items are of the model's taste`]),
  ];
}

export interface AnsweredList extends ServedList {
  /** Moments of one clock, in ms. */
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** A client that asks for lists all the time, several at once, until it is told to stop. */
export function askAllTheTime(api: Pick<ServedApi, 'list'>, atOnce = 2) {
  const lists: AnsweredList[] = [];
  const failures: string[] = [];
  let stopped = false;
  const asking = Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (!stopped) {
        try {
          const askedAt = performance.now();
          const list = await api.list();
          lists.push({ ...list, askedAt, answeredAt: performance.now() });
        } catch (error) {
          if (!stopped) failures.push(String(error));
          if (failures.length > 100) return;
        }
      }
    }),
  );
  return {
    lists: lists as readonly AnsweredList[],
    failures: failures as readonly string[],
    async stop() {
      stopped = true;
      await asking;
    },
  };
}
