import { cpus, loadavg } from 'node:os';
import { catalogueId } from '@kindling/domain';
import { experimentDefinitionSchema, readResults } from '@kindling/experiments';
import {
  createCatalogue,
  createExperiment,
  createPool,
  type Experiment,
  type Pool,
  readExperimentCounts,
  readStatistics,
  rollUpExperiment,
  startExperiment,
} from '@kindling/storage';
import { startTemporaryPostgres } from '@kindling/storage/embedded-postgres';
import { cpuSecondsBelow } from './spawned-app.js';

export interface BenchRollUpOptions {
  readonly peers?: boolean;
  readonly events?: number;
  readonly units?: number;
}

const definition = experimentDefinitionSchema.parse({
  name: 'Bench',
  hypothesis: 'It is fast enough',
  placements: ['home'],
  variants: [
    { key: 'control', name: 'Control', strategyKey: 'cold-start' },
    { key: 'treatment', name: 'Treatment', strategyKey: 'new-arrivals' },
  ],
  primaryMetric: 'list-clicks',
  secondaryMetrics: ['click-through', 'revenue', 'conversion'],
  guardrails: [{ metric: 'rejections', margin: 0.05 }],
  plan: { unitsPerArm: 100_000 },
});

/**
 * Ten million events of half a million exposed units, counted into the statistics of an experiment with five metrics
 * by the job's own code; then a small follow-up, and the question that the results page asks.
 */
export async function benchRollUp(options: BenchRollUpOptions = {}): Promise<object> {
  const { events = 10_000_000, units = 500_000 } = options;
  const postgres = await startTemporaryPostgres({ durable: true });
  const pool = createPool({
    databaseUrl: postgres.databaseUrl,
    applicationName: 'kindling-bench',
    statementTimeoutMs: 0,
  });
  const worker = createPool({
    databaseUrl: postgres.databaseUrl,
    applicationName: 'kindling-bench-worker',
    maxConnections: 2,
    statementTimeoutMs: 0,
  });
  try {
    const experiment = await fill(pool, events, units);
    const timed = timer(() => cpuSecondsBelow(postgres.pid));
    const first = await timed(() => rollUpExperiment(worker, experiment.number));
    await addEvents(pool, events, 10_000, units);
    const followUp = await timed(() => rollUpExperiment(worker, experiment.number));
    return {
      machine: { cpu: cpus()[0]?.model, cores: cpus().length, loadAverage: loadavg()[0] },
      events,
      units,
      metrics: experiment.frozen?.metrics.length,
      rollUpSeconds: first.seconds,
      rollUpCpuSeconds: first.cpuSeconds,
      eventsPerSecond: Math.round(events / first.seconds),
      countedUnits: first.result,
      followUp: { events: 10_000, seconds: followUp.seconds, cpuSeconds: followUp.cpuSeconds },
      resultsQuery: await readings(pool, experiment),
    };
  } finally {
    await worker.end();
    await pool.end();
    await postgres.stop();
  }
}

async function fill(pool: Pool, events: number, units: number): Promise<Experiment> {
  const catalogue = (await createCatalogue(pool, { id: 'bench', name: 'Bench', scenario: 'shop' })).id;
  await createExperiment(pool, catalogue, 'bench', definition, 0, 'bench');
  const experiment = await startExperiment(pool, catalogue, 'bench', 'bench');
  await pool.query(
    `INSERT INTO experiment_exposure (experiment, catalogue_id, unit, counted_as, variant, exposed_at, placement, coldness,
       device, locale, category)
     SELECT $1::bigint, $2, 'profile-' || i, 'profile-' || i, i % 2, now() - (i % 14 + 1) * interval '1 day', 'home',
       (ARRAY['COLD','WARMING','WARM'])[1 + i % 3], (ARRAY['mobile','desktop'])[1 + i % 2], 'en', 'category-' || i % 20
     FROM generate_series(1, $3::int) AS i`,
    [experiment.number, catalogue, units],
  );
  // what is not measured here would take most of the time: indexes are made once, over everything
  const indexes = await pool.query<{ name: string; definition: string }>(
    `SELECT indexname AS name, indexdef AS definition FROM pg_indexes WHERE tablename = 'event' AND indexname <> 'event_pkey'`,
  );
  for (const { name } of indexes.rows) await pool.query(`DROP INDEX ${name}`);
  for (let from = 0; from < events; from += 1_000_000) {
    await addEvents(pool, from, Math.min(1_000_000, events - from), units);
  }
  for (const { definition: sql } of indexes.rows) await pool.query(sql);
  await pool.query('VACUUM ANALYZE event');
  await pool.query('ANALYZE experiment_exposure');
  return experiment;
}

/** In the order of time, as they would come in: each by another unit than the one before. */
async function addEvents(pool: Pool, from: number, count: number, units: number): Promise<void> {
  await pool.query(
    `INSERT INTO event (catalogue_id, id, type, profile_id, item_id, value, occurred_at)
     SELECT $1, 'event-' || i, (ARRAY['VIEW','IMPRESSION','IMPRESSION','CLICK','PURCHASE'])[1 + ((i + i / $4::int) % 5)::int],
       'profile-' || (1 + (i::bigint * 7919) % $4::int), 'item-' || i % 1000,
       CASE WHEN (i + i / $4::int) % 5 = 4 THEN i % 100 END, clock_timestamp() - interval '1 day' * (1 - (i % 1000) / 1000.0)
     FROM generate_series($2::bigint + 1, $2::bigint + $3::bigint) AS i`,
    [catalogueId('bench'), from, count, units],
  );
}

/** Wall time, and the CPU time of all processes of Postgres. */
function timer(cpuSeconds: () => number | null) {
  return async <Result>(work: () => Promise<Result>) => {
    const [begun, before] = [performance.now(), cpuSeconds()];
    const result = await work();
    const after = cpuSeconds();
    return {
      result,
      seconds: Math.round(performance.now() - begun) / 1_000,
      cpuSeconds: before === null || after === null ? null : Math.round(100 * (after - before)) / 100,
    };
  };
}

async function readings(pool: Pool, { number, frozen }: Experiment) {
  const times: number[] = [];
  let rows = 0;
  for (let run = 0; run < 50; run++) {
    const begun = performance.now();
    const [sums, counts] = await Promise.all([
      readStatistics(pool, number),
      readExperimentCounts(pool, number),
    ]);
    readResults(
      {
        ...{ definition, metrics: frozen?.metrics ?? [], sums, ...counts },
        ...{ daysRun: 14, isStopped: false, horizon: null },
      },
      { fixed: true, bayesian: true },
    );
    times.push(performance.now() - begun);
    rows = sums.length;
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => Math.round(100 * (times[Math.floor(share * (times.length - 1))] ?? 0)) / 100;
  return { statistics: rows, p50Ms: at(0.5), p95Ms: at(0.95), maximumMs: at(1) };
}
