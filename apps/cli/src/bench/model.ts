import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { catalogueId, itemId, seededRandom } from '@kindling/domain';
import {
  activateModel,
  claimTrainingRun,
  createPool,
  findItemNumbers,
  type Pool,
  registerTrainedModel,
  startTrainingRun,
} from '@kindling/storage';
import { startTemporaryPostgres } from '@kindling/storage/embedded-postgres';
import { percentile } from './load.js';
import { madeUpModel } from './made-up-model.js';
import { type ServeProcess, startBenchProcess } from './serve-process.js';
import { fillServeWorld } from './serve-world.js';
import { timeLists, visitors } from './time-lists.js';

const items = 17_000;
const rounds = 3;
const lists = 1_000;
/** After a switch the engine collects what the old model leaves: those lists are told with the switch. */
const settling = 300;
const events = 100;
const catalogue = catalogueId('bench');

/**
 * What a trained model of 17k items costs where it serves: the lists of warm profiles with and without one in turns, how
 * long a switch takes and how long it holds up the thread that answers, and how soon an event changes the next list.
 */
export async function benchModel(): Promise<object> {
  const folder = await mkdtemp(join(tmpdir(), 'kindling-bench-'));
  const postgres = await startTemporaryPostgres({ durable: true });
  const { databaseUrl } = postgres;
  const pool = createPool({ databaseUrl, applicationName: 'kindling-bench', statementTimeoutMs: 0 });
  let api: ServeProcess | null = null;
  try {
    const { publicKey: key, secretKey: secret } = await fillServeWorld(pool, { items, visitors });
    const model = await register(pool);
    api = await startBenchProcess('whole', '', {
      DATABASE_URL: databaseUrl,
      DATA_DIR: folder,
      API_PORT: '0',
      API_POINTS_PER_SECOND: '1000000000',
    });
    const bench = { pool, api, url: `http://127.0.0.1:${api.port}`, key, secret };
    await timeLists(api, 'warm', 300);
    const without: Timing[] = [];
    const withModel: Timing[] = [];
    const switches: object[] = [];
    for (let round = 0; round < rounds; round++) {
      await switchTo(bench, null);
      await timeLists(api, 'warm', settling);
      without.push(await timeLists(api, 'warm', lists));
      const switched = await switchTo(bench, model.id);
      const first = await timeLists(api, 'warm', settling);
      switches.push({ ...switched, firstLists: { lists: settling, p50Ms: first.p50Ms, p99Ms: first.p99Ms } });
      withModel.push(await timeLists(api, 'warm', lists));
    }
    const added = without.map(({ p99Ms }, round) => (withModel[round]?.p99Ms ?? Number.NaN) - p99Ms);
    const changes = await timeEvents(bench);
    return {
      machine: { cores: availableParallelism(), loadAverageAtStart: loadavg()[0], node: process.version },
      items,
      artefactMegabytes: round1(model.bytes / 1e6),
      warmProfile: { without, withModel, addedP99Ms: round1(percentile(added, 0.5)) },
      switches,
      eventChangesNextList: changes,
      targets: { addedP99Ms: 2, longestPauseMs: 50, eventChangesNextListMs: 100 },
    };
  } finally {
    await api?.stop();
    await pool.end();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

type Timing = Awaited<ReturnType<typeof timeLists>>;

interface Bench {
  readonly pool: Pool;
  readonly api: ServeProcess;
  readonly url: string;
  readonly key: string;
  readonly secret: string;
}

async function register(pool: Pool): Promise<{ readonly id: string; readonly bytes: number }> {
  const ids = Array.from({ length: items }, (_, index) => itemId(`item-${index}`));
  const numbers = await findItemNumbers(pool, catalogue, ids);
  const known = [...numbers].map(([id, number]) => ({ id, number }));
  const artefact = await madeUpModel(known, 384, seededRandom('bench model'));
  const { run } = await startTrainingRun(pool, catalogue, { trigger: 'MANUAL', actor: 'bench' });
  const attempt = (await claimTrainingRun(pool, run.id, 600_000))?.attempt ?? 0;
  const { id } = await registerTrainedModel(
    pool,
    { id: run.id, attempt },
    {
      encoderModelId: null,
      data: {
        from: null,
        to: null,
        events: 0,
        dropped: [],
        interactions: 0,
        profiles: 0,
        items,
        countedEvents: 0,
      },
      parameters: {},
      metrics: [],
      gate: {
        verdict: 'FAILED',
        metric: 'ndcg@20',
        margin: 0,
        leastPeople: 0,
        activeModelId: null,
        slices: [],
      },
      durationMs: 0,
      peakMemoryBytes: 0,
      cpuSeconds: 0,
      watts: 0,
      artefact,
    },
  );
  return { id, bytes: artefact.length };
}

/** From the commit of the switch to the moment at which it has taken place in the API. */
async function switchTo({ pool, api, url, secret }: Bench, modelId: string | null) {
  await api.ask({ pause: true });
  await activateModel(pool, catalogue, { modelId, actor: 'bench', reason: 'a measurement' });
  const begun = performance.now();
  for (;;) {
    const { overview } = await ask<{ overview: { model: { serving: { id: string } | null } } }>(
      `${url}/admin/graphql`,
      secret,
      '{ overview { model { serving { id } } } }',
    );
    if ((overview.model.serving?.id ?? null) === modelId) break;
    await delay(20);
  }
  const tookMs = performance.now() - begun;
  const { longestPauseMs } = await api.ask<{ longestPauseMs: number }>({ pause: true });
  return { tookMs: round1(tookMs), longestPauseMs: round1(longestPauseMs) };
}

/**
 * A visitor buys the first item of their list: what is bought is never recommended again. The time is that from sending
 * the event to having the next list, over HTTP, one after the other; a list that still shows it has not changed.
 */
async function timeEvents({ url, key }: Bench) {
  const times: number[] = [];
  let unchanged = 0;
  for (let index = 0; index < events; index++) {
    const profileId = `visitor-${index % visitors}`;
    const list = async () => {
      const { recommendations } = await ask<{ recommendations: { nodes: readonly { id: string }[] } }>(
        `${url}/graphql`,
        key,
        `{ recommendations(subject: { profileId: "${profileId}" }, first: 20) { nodes { id } } }`,
      );
      return recommendations.nodes.map(({ id }) => id);
    };
    const [first] = await list();
    const begun = performance.now();
    await ask(
      `${url}/graphql`,
      key,
      `mutation { trackEvents(events: [{ id: "${randomUUID()}", type: PURCHASE, profileId: "${profileId}", itemId: "${first}" }]) { accepted } }`,
    );
    const next = await list();
    times.push(performance.now() - begun);
    if (first === undefined || next.includes(first)) unchanged += 1;
  }
  return {
    events,
    unchanged,
    p50Ms: round1(percentile(times, 0.5)),
    p99Ms: round1(percentile(times, 0.99)),
    longestMs: round1(Math.max(...times)),
  };
}

async function ask<Data>(url: string, key: string, query: string): Promise<Data> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown };
  if (errors !== undefined || data === undefined)
    throw new Error(`${url} answered ${response.status}: ${JSON.stringify(errors).slice(0, 300)}`);
  return data;
}

const round1 = (value: number) => Number(value.toFixed(1));
