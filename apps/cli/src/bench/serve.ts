import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Item, itemSchema, modelId, type Random, seededRandom } from '@kindling/domain';
import { minilm } from '@kindling/minilm';
import {
  checkEvents,
  createCatalogue,
  createKey,
  createPool,
  EventQueue,
  findItemNumbers,
  type Pool,
  registerModel,
  upsertItems,
  writeVectors,
} from '@kindling/storage';
import { startTemporaryPostgres } from '@kindling/storage/embedded-postgres';
import { answerTo, type LoadTarget, pace, percentile, saturate } from './load.js';
import { openServePeers } from './serve-peers.js';
import { type ServeProcess, startBenchProcess } from './serve-process.js';

export interface ServeBenchOptions {
  readonly items?: number;
  readonly peers?: boolean;
  /** Of each lap of the comparison. */
  readonly seconds?: number;
}

/** 20 items of 8 fields, as PERFORMANCE asks: rank, score, reason, and five of the item. */
const operation = `query Bench($subject: SubjectInput!) {
  recommendations(subject: $subject, first: 20) {
    recommendationId
    edges { rank score reason node { id title categories price url } }
  }
}`;
const documentId = createHash('sha256').update(operation).digest('hex');
const rounds = 5;
const connections = 8;

/**
 * Serving, in two parts. First what GraphQL costs: CPU of the server's own process a request, over a fixed list, in
 * laps that alternate with node:http answering the same bytes (A B A B; the ratio is the median of the rounds). Then
 * the whole API on a real database: lists without HTTP, and over HTTP at half of the load it can bear.
 */
export async function benchServe(options: ServeBenchOptions = {}): Promise<object> {
  const machine = { cores: availableParallelism(), loadAverageAtStart: loadavg()[0], node: process.version };
  const graphql = await compareEndpoints(options);
  const whole = await measureWhole(options.items ?? 100_000);
  return { machine, graphql, whole };
}

async function compareEndpoints({
  peers: withPeers = false,
  seconds = 1.5,
}: ServeBenchOptions): Promise<object> {
  // A process for each, as every peer has its own: what one path teaches the compiler slows down the other.
  const endpoint = await startBenchProcess('endpoint', operation);
  const fastPath = await startBenchProcess('endpoint', operation);
  const key = `pk_${randomBytes(32).toString('base64url')}`;
  const headers = { authorization: `Bearer ${key}` };
  const variables = { subject: { profileId: 'bench' } };
  const at = ({ port }: ServeProcess) => `http://127.0.0.1:${port}/graphql`;
  const target = (server: ServeProcess, body: object): LoadTarget => ({
    url: at(server),
    headers,
    body: JSON.stringify(body),
  });
  const text = { query: operation, variables };
  const answer = await answerTo(target(endpoint, text));
  const floor = await startBenchProcess('floor', answer);
  const peers = withPeers ? await openServePeers(payloadOf(answer)) : null;
  const contestants: { name: string; server: ServeProcess; target: LoadTarget }[] = [
    { name: 'floor', server: floor, target: target(floor, text) },
    { name: 'apollo', server: endpoint, target: target(endpoint, text) },
    { name: 'registered', server: fastPath, target: target(fastPath, { documentId, variables }) },
    ...(peers?.running ?? []).map(({ name, process }) => ({
      name: name as string,
      server: process,
      target: target(process, text),
    })),
  ];
  try {
    for (const { target } of contestants) await saturate(() => target, connections, 1_500);
    const costs = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const { name, server, target } of contestants) {
        const before = await server.cpuSeconds();
        const { requests } = await saturate(() => target, connections, seconds * 1_000);
        costs.get(name)?.push((((await server.cpuSeconds()) - before) * 1e6) / requests);
      }
    }
    const floorCosts = costs.get('floor') ?? [];
    const figures = [...costs].map(([name, all]) => [
      name,
      {
        cpuUsPerRequest: round(median(all)),
        shareOfFloor: round(median(all.map((cost, index) => (floorCosts[index] ?? Number.NaN) / cost)), 3),
      },
    ]);
    return {
      answerBytes: answer.length,
      rounds,
      ...Object.fromEntries(figures),
      ...(peers && {
        peers: peers.running.map(({ name, version }) => ({ name, version })),
        skippedPeers: peers.skipped,
      }),
      targets: { apolloCpuUs: 200, registeredShareOfFloor: 0.4 },
    };
  } finally {
    await peers?.close();
    await floor.stop();
    await fastPath.stop();
    await endpoint.stop();
  }
}

/** What the peers answer with: the same list. */
const payloadOf = (answer: string) =>
  (JSON.parse(answer) as { data: { recommendations: object } }).data.recommendations;

async function measureWhole(items: number): Promise<object> {
  const folder = await mkdtemp(join(tmpdir(), 'kindling-bench-'));
  const postgres = await startTemporaryPostgres({ durable: true });
  const pool = createPool({
    databaseUrl: postgres.databaseUrl,
    applicationName: 'kindling-bench',
    statementTimeoutMs: 0,
  });
  let api: ServeProcess | null = null;
  try {
    const { key, fillSeconds } = await fill(pool, items);
    const begun = performance.now();
    api = await startBenchProcess('whole', '', {
      DATABASE_URL: postgres.databaseUrl,
      DATA_DIR: folder,
      API_PORT: '0',
      API_POINTS_PER_SECOND: '1000000000',
    });
    const startSeconds = (performance.now() - begun) / 1_000;
    await timeLists(api, 'warm', 300);
    const warm = await timeLists(api, 'warm', 2_000);
    const cold = await timeLists(api, 'cold', 500);
    const targets = listTargets(`http://127.0.0.1:${api.port}/graphql`, key);
    await saturate(targets, connections, 1_500);
    const cpuBefore = await api.cpuSeconds();
    const full = await saturate(targets, connections, 4_000);
    const cpuSeconds = (await api.cpuSeconds()) - cpuBefore;
    const perSecond = full.requests / 4;
    const half = await pace(targets, perSecond / 2, 5_000);
    return {
      items,
      fillSeconds: round(fillSeconds),
      startSeconds: round(startSeconds),
      inProcess: { warmProfile: warm, coldProfileWithText: cold },
      http: {
        requestsPerSecondAtMost: round(perSecond),
        cpuUsPerRequest: round((cpuSeconds * 1e6) / full.requests),
        atHalfLoad: {
          p50Ms: round(percentile(half, 0.5), 2),
          p99Ms: round(percentile(half, 0.99), 2),
          requests: half.length,
        },
        mix: 'one operation as text (through Apollo), warm profiles; load and server share the cores',
      },
      targets: { warmP99Ms: 2, coldP99Ms: 15, httpP99MsAtHalfLoad: 10 },
    };
  } finally {
    await api?.stop();
    await pool.end();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function timeLists(api: ServeProcess, time: 'warm' | 'cold', count: number) {
  const random = seededRandom(`texts ${count}`);
  const { timing } = await api.ask<{ timing: { times: number[]; cpuSeconds: number; degraded: number } }>({
    time,
    catalogue: 'bench',
    profiles:
      time === 'warm' ? Array.from({ length: count }, (_, index) => `visitor-${index % visitors}`) : [],
    texts:
      time === 'cold' ? Array.from({ length: count }, (_, index) => `${sentence(random, 6)} ${index}`) : [],
  });
  return {
    lists: timing.times.length,
    p50Ms: round(percentile(timing.times, 0.5), 2),
    p99Ms: round(percentile(timing.times, 0.99), 2),
    cpuMsPerList: round((timing.cpuSeconds * 1_000) / timing.times.length, 2),
    degraded: timing.degraded,
  };
}

const listTargets =
  (url: string, key: string) =>
  (index: number): LoadTarget => ({
    url,
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({
      query: operation,
      variables: { subject: { profileId: `visitor-${index % visitors}` } },
    }),
  });

const visitors = 200;
const eventsOfVisitor = 30;
const dimensions = 384;

/** Items with clustered vectors of the packaged model's shape, and visitors who looked at thirty of them each. */
async function fill(pool: Pool, items: number): Promise<{ key: string; fillSeconds: number }> {
  const begun = performance.now();
  const random = seededRandom('bench serve');
  const catalogue = (await createCatalogue(pool, { id: 'bench', name: 'Bench', scenario: 'shop' })).id;
  const model = await modelOfApi();
  await registerModel(pool, model);
  const centres = Array.from({ length: 200 }, () => unit(random, null));
  for (let from = 0; from < items; from += 2_000) {
    const batch = Array.from({ length: Math.min(2_000, items - from) }, (_, index) =>
      item(from + index, random),
    );
    await upsertItems(
      pool,
      catalogue,
      batch.map((item) => ({ item, contentHash: item.id })),
    );
    const numbers = await findItemNumbers(
      pool,
      catalogue,
      batch.map(({ id }) => id),
    );
    const writes = batch.flatMap(({ id }) => {
      const number = numbers.get(id);
      const centre = centres[Math.floor(random() * centres.length)] ?? null;
      return number === undefined ? [] : [{ number, contentHash: id, vector: unit(random, centre) }];
    });
    await writeVectors(pool, catalogue, model, writes);
  }
  const queue = new EventQueue(pool);
  for (let visitor = 0; visitor < visitors; visitor++) {
    const rows = Array.from({ length: eventsOfVisitor }, (_, index) => ({
      id: `${visitor}-${index}`,
      type: index % 10 === 0 ? 'FAVOURITE' : 'VIEW',
      profileId: `visitor-${visitor}`,
      itemId: `item-${Math.floor(items * random() ** 3)}`,
    }));
    await queue.store(catalogue, null, checkEvents(rows, new Date(), () => true).events);
  }
  await pool.query('ANALYZE');
  const { secret } = await createKey(pool, { catalogue: 'bench', kind: 'public', name: 'bench' });
  return { key: secret, fillSeconds: (performance.now() - begun) / 1_000 };
}

/** The identity under which the API's own encoder knows its vectors, without encoding anything here. */
async function modelOfApi() {
  const { createEncoder } = await import('@kindling/encoder');
  const encoder = await createEncoder({ model: minilm.folder, threads: 1 });
  const { id, name, revision, pooling, licence } = encoder.model;
  await encoder.close();
  return { id: modelId(id), name, revision, pooling, licence, dimensions };
}

function item(index: number, random: Random): Item {
  return itemSchema.parse({
    id: `item-${index}`,
    title: `${sentence(random, 3)} ${index}`,
    description: sentence(random, 20),
    categories: [`category ${Math.floor(random() * 40)}`],
    price: Math.round(random() * 10_000) / 100,
    url: `https://example.com/items/${index}`,
  });
}

const syllables = [
  'ka',
  'lo',
  'mi',
  'ren',
  'tas',
  'vor',
  'ul',
  'den',
  'sha',
  'pi',
  'gor',
  'nel',
  'bri',
  'cu',
  'zet',
];
const word = (random: Random) =>
  Array.from(
    { length: 2 + Math.floor(random() * 2) },
    () => syllables[Math.floor(random() ** 2 * syllables.length)],
  ).join('');
const sentence = (random: Random, words: number) =>
  Array.from({ length: words }, () => word(random)).join(' ');

function unit(random: Random, centre: Float32Array | null): Float32Array {
  const vector = Float32Array.from(
    { length: dimensions },
    (_, index) => random() - 0.5 + (centre?.[index] ?? 0) * 10,
  );
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return vector.map((value) => value / length);
}

const median = (values: readonly number[]) => percentile(values, 0.5);
const round = (value: number, digits = 1) => Number(value.toFixed(digits));
