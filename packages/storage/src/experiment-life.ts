import { type CatalogueId, type JsonObject, KindlingError } from '@kindling/domain';
import { metricKeysOf } from '@kindling/experiments';
import { appendAudit } from './audit-store.js';
import { execute, type Pool, type PoolClient, type Queryable, statement, transaction } from './database.js';
import {
  type Experiment,
  type ExperimentRow,
  experimentColumns,
  experimentOf,
  type FrozenExperiment,
} from './experiment-row.js';
import { expectExperiment } from './experiment-store.js';
import { listMetrics } from './metric-store.js';
import { listPlacements } from './placement-store.js';
import { listStrategies } from './strategy-store.js';

/*
 * DRAFT → RUNNING → STOPPED → DECIDED. Every step is one transaction with its audit entry, one at a time in a
 * catalogue; a step from another status than the one it needs is a CONFLICT.
 */

/**
 * Freezes metrics and strategies and lets units in. An earlier version that still runs is stopped. Another
 * experiment at one of the placements is a CONFLICT, unless both hold ranges of one layer that do not overlap.
 */
export function startExperiment(
  pool: Pool,
  catalogue: CatalogueId,
  key: string,
  actor: string,
): Promise<Experiment> {
  return step(pool, catalogue, async (client) => {
    const draft = await expectExperiment(client, catalogue, key);
    if (draft.status !== 'DRAFT') throw wrongStatus(draft, 'started', 'make a new version of it first');
    const running = (await execute(client, runningSql, catalogue)).map(experimentOf);
    const frozen = await freeze(client, draft);
    for (const other of running) {
      if (other.key === key) await stop(client, other, `replaced by version ${draft.version}`, actor);
      else refuseOverlap(draft, other);
    }
    const [row] = await execute(client, startSql, draft.number, JSON.stringify(frozen));
    await execute(client, rollUpSql, draft.number);
    await audit(client, draft, actor, 'experiment.start', {});
    return updated(row);
  });
}

/** No unit is let in any more, and later events do not count. */
export function stopExperiment(
  pool: Pool,
  catalogue: CatalogueId,
  key: string,
  reason: string,
  actor: string,
): Promise<Experiment> {
  return step(pool, catalogue, async (client) => {
    const experiment = await expectRunning(client, catalogue, key, 'stopped');
    return stop(client, experiment, reason, actor);
  });
}

/** Ramp and kill switch of what runs; processes follow within a second. Null leaves one as it is. */
export function setExperimentTraffic(
  pool: Pool,
  catalogue: CatalogueId,
  key: string,
  traffic: { readonly ramp: number | null; readonly killed: boolean | null },
  actor: string,
): Promise<Experiment> {
  return step(pool, catalogue, async (client) => {
    const experiment = await expectRunning(client, catalogue, key, 'changed in its traffic');
    const { ramp, killed } = traffic;
    const [row] = await execute(client, trafficSql, experiment.number, ramp, killed);
    await audit(client, experiment, actor, 'experiment.traffic', { ramp, killed });
    return updated(row);
  });
}

/**
 * Records the decision with the results that it stands on, and gives the variant's strategy to the placements: the
 * very configuration that was tested, saved anew where the strategy has been changed since.
 */
export function decideExperiment(
  pool: Pool,
  catalogue: CatalogueId,
  key: string,
  decision: { readonly variant: string; readonly reason: string; readonly results: JsonObject },
  actor: string,
): Promise<Experiment> {
  return step(pool, catalogue, async (client) => {
    let experiment = await expectStartedExperiment(client, catalogue, key);
    if (experiment.status === 'RUNNING') experiment = await stop(client, experiment, decision.reason, actor);
    if (experiment.status !== 'STOPPED') throw wrongStatus(experiment, 'decided', 'start it first');
    const position = experiment.definition.variants.findIndex((variant) => variant.key === decision.variant);
    const tested = experiment.frozen?.strategies[position];
    if (!tested) {
      const known = experiment.definition.variants.map((variant) => variant.key).join(', ');
      throw new KindlingError('NOT_FOUND', `There is no variant "${decision.variant}"; there are: ${known}`, {
        field: 'variant',
      });
    }
    await execute(
      client,
      restoreStrategySql,
      catalogue,
      tested.key,
      tested.name,
      JSON.stringify(tested.config),
      actor,
    );
    const placements = await execute(
      client,
      applySql,
      catalogue,
      experiment.definition.placements,
      tested.key,
    );
    const body = { ...decision, by: actor, at: new Date() };
    const [row] = await execute(client, decideSql, experiment.number, JSON.stringify(body));
    await audit(client, experiment, actor, 'experiment.decide', {
      variant: decision.variant,
      reason: decision.reason,
      strategy: tested.key,
      placements: placements.map((placement) => placement.key),
    });
    return updated(row);
  });
}

function step<Result>(
  pool: Pool,
  catalogue: CatalogueId,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  return transaction(pool, async (client) => {
    await execute(client, lockSql, catalogue);
    return work(client);
  });
}

async function stop(client: PoolClient, experiment: Experiment, reason: string, actor: string) {
  const [row] = await execute(client, stopSql, experiment.number, reason);
  await audit(client, experiment, actor, 'experiment.stop', { reason });
  return updated(row);
}

/** The version that runs or ran last: a draft of a next version does not stand in the way. */
export async function expectStartedExperiment(
  client: Queryable,
  catalogue: CatalogueId,
  key: string,
): Promise<Experiment> {
  const [row] = await execute(client, startedSql, catalogue, key);
  return row ? experimentOf(row) : expectExperiment(client, catalogue, key);
}

async function expectRunning(client: PoolClient, catalogue: CatalogueId, key: string, what: string) {
  const experiment = await expectStartedExperiment(client, catalogue, key);
  if (experiment.status !== 'RUNNING') throw wrongStatus(experiment, what, 'only what runs can be');
  return experiment;
}

async function freeze(client: PoolClient, { catalogue, definition }: Experiment): Promise<FrozenExperiment> {
  const [metrics, strategies, placements] = [
    await listMetrics(client, catalogue),
    await listStrategies(client, catalogue),
    await listPlacements(client, catalogue),
  ];
  const find = <Thing extends { readonly key: string }>(
    things: readonly Thing[],
    key: string,
    what: string,
  ) => {
    const found = things.find((thing) => thing.key === key);
    if (found) return found;
    throw new KindlingError('NOT_FOUND', `There is no ${what} "${key}"`, { field: what });
  };
  for (const key of definition.placements) find(placements, key, 'placement');
  return {
    metrics: metricKeysOf(definition).map((key) => find(metrics, key, 'metric')),
    strategies: definition.variants.map(({ strategyKey }) => {
      const { key, version, name, config } = find(strategies, strategyKey, 'strategy');
      return { key, version, name, config };
    }),
  };
}

function refuseOverlap({ key, definition }: Experiment, other: Experiment): void {
  const [mine, theirs] = [definition.layer, other.definition.layer];
  const sameLayer = mine !== null && theirs !== null && mine.key === theirs.key;
  const apart = sameLayer && (mine.to <= theirs.from || theirs.to <= mine.from);
  const shared = definition.placements.filter((placement) => other.definition.placements.includes(placement));
  if (apart || (shared.length === 0 && !sameLayer)) return;
  throw new KindlingError(
    'CONFLICT',
    sameLayer
      ? `"${key}" would overlap with "${other.key}" in the layer "${mine.key}": give it another range`
      : `"${other.key}" runs at ${shared.join(', ')} already: stop it, or give both ranges of one layer`,
    { field: 'layer' },
  );
}

const wrongStatus = ({ key, version, status }: Experiment, what: string, next: string) =>
  new KindlingError(
    'CONFLICT',
    `Version ${version} of "${key}" is ${status} and cannot be ${what}: ${next}`,
    {
      field: 'key',
    },
  );

const audit = (
  client: PoolClient,
  { catalogue, key, version }: Experiment,
  actor: string,
  action: string,
  detail: JsonObject,
) => appendAudit(client, { catalogue, actor, action, target: key, detail: { version, ...detail } });

function updated(row: ExperimentRow | undefined): Experiment {
  if (row) return experimentOf(row);
  throw new KindlingError('CONFLICT', 'The experiment was changed at the same moment: load it again');
}

const lockSql = statement<never, [CatalogueId]>(
  'experiment-lock',
  `SELECT pg_advisory_xact_lock(hashtextextended('kindling experiments ' || $1::text, 0))`,
);
const runningSql = statement<ExperimentRow, [CatalogueId]>(
  'experiment-life-running',
  `SELECT ${experimentColumns} FROM experiment WHERE catalogue_id = $1 AND status = 'RUNNING'`,
);
const startedSql = statement<ExperimentRow, [CatalogueId, string]>(
  'experiment-started',
  `SELECT ${experimentColumns} FROM experiment WHERE catalogue_id = $1 AND key = $2 AND status <> 'DRAFT'
   ORDER BY version DESC LIMIT 1`,
);
const change = (name: string, set: string, from: string) => ({
  name,
  text: `UPDATE experiment SET ${set}, revision = revision + 1 WHERE number = $1::bigint AND status = '${from}'
         RETURNING ${experimentColumns}`,
});
const typed = <Values extends readonly unknown[]>({ name, text }: { name: string; text: string }) =>
  statement<ExperimentRow, Values>(name, text);
const startSql = typed<[number, string]>(
  change(
    'experiment-start',
    `status = 'RUNNING', frozen = $2::jsonb, started_at = clock_timestamp()`,
    'DRAFT',
  ),
);
const stopSql = typed<[number, string]>(
  change(
    'experiment-stop',
    `status = 'STOPPED', stop_reason = $2, stopped_at = clock_timestamp()`,
    'RUNNING',
  ),
);
const trafficSql = typed<[number, number | null, boolean | null]>(
  change(
    'experiment-traffic',
    'ramp = coalesce($2::float8, ramp), killed = coalesce($3::boolean, killed)',
    'RUNNING',
  ),
);
const decideSql = typed<[number, string]>(
  change('experiment-decide', `status = 'DECIDED', decision = $2::jsonb`, 'STOPPED'),
);
const rollUpSql = statement<never, [number]>(
  'experiment-roll-up-create',
  'INSERT INTO experiment_roll_up (experiment, rolled_to) VALUES ($1::bigint, now()) ON CONFLICT DO NOTHING',
);
const restoreStrategySql = statement<never, [CatalogueId, string, string, string, string]>(
  'experiment-restore-strategy',
  `INSERT INTO strategy (catalogue_id, key, version, name, config, created_by)
   SELECT $1, $2, newest.version + 1, $3, $4::jsonb, $5
   FROM (SELECT version, config FROM strategy WHERE catalogue_id = $1 AND key = $2 ORDER BY version DESC LIMIT 1) AS newest
   WHERE newest.config <> $4::jsonb`,
);
const applySql = statement<{ key: string }, [CatalogueId, readonly string[], string]>(
  'experiment-apply',
  `UPDATE placement SET strategy_key = $3, version = version + 1, updated_at = now()
   WHERE catalogue_id = $1 AND key = ANY($2::text[]) AND strategy_key <> $3 RETURNING key`,
);
