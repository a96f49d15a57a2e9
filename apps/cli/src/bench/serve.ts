import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPool } from '@kindling/storage';
import { startTemporaryPostgres } from '@kindling/storage/embedded-postgres';
import { answerTo, type LoadTarget, pace, percentile, saturate } from './load.js';
import { openServePeers } from './serve-peers.js';
import { type ServeProcess, startBenchProcess } from './serve-process.js';
import { fillServeWorld } from './serve-world.js';
import { listTargets, operation, timeLists, visitors } from './time-lists.js';

export interface ServeBenchOptions {
  readonly items?: number;
  readonly peers?: boolean;
  /** Of each lap of the comparison. */
  readonly seconds?: number;
}

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
    const { publicKey: key, fillSeconds } = await fillServeWorld(pool, { items, visitors });
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

const median = (values: readonly number[]) => percentile(values, 0.5);
const round = (value: number, digits = 1) => Number(value.toFixed(digits));
