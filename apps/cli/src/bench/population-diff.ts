import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createPool } from '@kindling/storage';
import { startTemporaryPostgres } from '@kindling/storage/embedded-postgres';
import { z } from 'zod';
import { ApiClient } from '../api-client.js';
import { pace, percentile } from './load.js';
import { type ServeProcess, startBenchProcess } from './serve-process.js';
import { fillServeWorld } from './serve-world.js';

const items = 100_000;
const profiles = 1_000;
const requestsPerSecond = 20;
const pollMs = 250;
const diffSchema = z.object({
  populationDiff: z.object({
    status: z.string(),
    error: z.string().nullable(),
    result: z
      .object({
        durationMs: z.number(),
        lists: z.number(),
        changed: z.number(),
        caveats: z.array(z.string()),
      })
      .nullable(),
  }),
});

/**
 * The population diff of a rule over 1,000 people of a catalogue of 100,000 items, by the whole API on a real database;
 * and what people wait for their lists meanwhile, against the same load without it.
 */
export async function benchPopulationDiff(): Promise<object> {
  const folder = await mkdtemp(join(tmpdir(), 'kindling-bench-'));
  const postgres = await startTemporaryPostgres({ durable: true });
  const pool = createPool({
    databaseUrl: postgres.databaseUrl,
    applicationName: 'kindling-bench',
    statementTimeoutMs: 0,
  });
  let api: ServeProcess | null = null;
  try {
    const world = await fillServeWorld(pool, { items, visitors: profiles });
    api = await startBenchProcess('whole', '', {
      DATABASE_URL: postgres.databaseUrl,
      DATA_DIR: folder,
      API_PORT: '0',
      API_POINTS_PER_SECOND: '1000000000',
    });
    const url = `http://127.0.0.1:${api.port}`;
    const target = (index: number) => ({
      url: `${url}/graphql`,
      headers: { authorization: `Bearer ${world.publicKey}` },
      body: JSON.stringify({
        query: `{ recommendations(subject: { profileId: "visitor-${index % profiles}" }, first: 20) { nodes { id } } }`,
      }),
    });
    await pace(target, requestsPerSecond, 5_000);
    const alone = await pace(target, requestsPerSecond, 10_000);
    const begun = api.cpuSeconds();
    const [diff, beside] = await Promise.all([
      diffOf(new ApiClient(url, world.secretKey)),
      pace(target, requestsPerSecond, 10_000),
    ]);
    const cpuSeconds = (await api.cpuSeconds()) - (await begun);
    return {
      items,
      fillSeconds: Number(world.fillSeconds.toFixed(1)),
      ...diff,
      cpuSecondsWithRequests: Number(cpuSeconds.toFixed(2)),
      requestsPerSecond,
      requestsAlone: waits(alone),
      requestsBeside: waits(beside),
      targets: { durationMs: 10_000 },
    };
  } finally {
    await api?.stop();
    await pool.end();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function diffOf(api: ApiClient) {
  const rule = {
    key: 'bench',
    kind: 'boost',
    condition: { items: { matches: { field: 'categories', in: ['category 1'] } } },
    arguments: { weight: 0.1 },
  };
  await api.ask(z.unknown(), 'mutation ($input: RuleInput!) { saveRule(input: $input) { key } }', {
    input: rule,
  });
  const started = await api.ask(
    z.object({ startPopulationDiff: z.object({ id: z.string() }) }),
    'mutation ($input: PopulationDiffInput!) { startPopulationDiff(input: $input) { id } }',
    { input: { ruleKey: 'bench', profiles } },
  );
  const { id } = started.startPopulationDiff;
  for (;;) {
    await delay(pollMs);
    const { populationDiff } = await api.ask(
      diffSchema,
      'query ($id: ID!) { populationDiff(id: $id) { status error result { durationMs lists changed caveats } } }',
      { id },
    );
    if (populationDiff.status === 'FAILED') throw new Error(`The diff failed: ${populationDiff.error}`);
    if (populationDiff.result) return populationDiff.result;
  }
}

const waits = (times: readonly number[]) => ({
  requests: times.length,
  p50Ms: Number(percentile(times, 0.5).toFixed(2)),
  p99Ms: Number(percentile(times, 0.99).toFixed(2)),
});
