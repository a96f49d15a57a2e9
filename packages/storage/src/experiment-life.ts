import { type CatalogueId, KindlingError } from '@kindling/domain';
import { execute, type Pool, type PoolClient, statement } from './database.js';
import { freezeExperiment } from './experiment-freeze.js';
import { type Experiment, type ExperimentRow, experimentColumns, experimentOf } from './experiment-row.js';
import {
  audit,
  change,
  expectStartedExperiment,
  step,
  stop,
  typed,
  updated,
  wrongStatus,
} from './experiment-step.js';
import { expectExperiment } from './experiment-store.js';
import { listMetrics } from './metric-store.js';

/**
 * Freezes metrics and strategies and lets units in. An earlier version that still runs is stopped. Another
 * experiment at one of the placements, or of the same onboarding flow, is a CONFLICT, unless both hold ranges of one layer that do not overlap.
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
    const frozen = await freezeExperiment(client, draft);
    for (const other of running) {
      if (other.key === key) await stop(client, other, `replaced by version ${draft.version}`, actor);
      else refuseOverlap(draft, other);
    }
    const [row] = await execute(client, startSql, draft.number, JSON.stringify(frozen));
    await execute(client, rollUpSql, draft.number);
    await execute(client, firstRoundSql, draft.number);
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
 * Measures something more, which nobody had thought of before, or the newest definition of what is measured: counted
 * back over all events that are kept. It stands apart from what was planned, and decides nothing.
 */
export function addExperimentMetric(
  pool: Pool,
  catalogue: CatalogueId,
  key: string,
  metricKey: string,
  actor: string,
): Promise<Experiment> {
  return step(pool, catalogue, async (client) => {
    const experiment = await expectStartedExperiment(client, catalogue, key);
    const { frozen, number } = experiment;
    if (frozen === null)
      throw wrongStatus(experiment, 'measured', 'name the metric in a new version of the draft');
    const metric = (await listMetrics(client, catalogue)).find((one) => one.key === metricKey);
    if (!metric) {
      throw new KindlingError('NOT_FOUND', `There is no metric "${metricKey}"`, { field: 'metric' });
    }
    const isMeasured = frozen.metrics.some(
      ({ key: own, version }) => own === metricKey && version === metric.version,
    );
    if (isMeasured || frozen.metrics.length >= mostMetrics) {
      throw new KindlingError(
        'CONFLICT',
        `"${key}" measures version ${metric.version} of "${metricKey}" already, or has ${mostMetrics} metrics, which is the most`,
        { field: 'metric' },
      );
    }
    const more = { ...frozen, metrics: [...frozen.metrics, metric] };
    const [row] = await execute(client, measureSql, number, JSON.stringify(more));
    await execute(client, allDirtySql, number);
    await audit(client, experiment, actor, 'experiment.metric', {
      metric: metricKey,
      metricVersion: metric.version,
    });
    return updated(row);
  });
}

const mostMetrics = 24;

async function expectRunning(client: PoolClient, catalogue: CatalogueId, key: string, what: string) {
  const experiment = await expectStartedExperiment(client, catalogue, key);
  if (experiment.status !== 'RUNNING') throw wrongStatus(experiment, what, 'only what runs can be');
  return experiment;
}

function refuseOverlap({ key, definition }: Experiment, other: Experiment): void {
  const [mine, theirs] = [definition.layer, other.definition.layer];
  const sameLayer = mine !== null && theirs !== null && mine.key === theirs.key;
  const apart = sameLayer && (mine.to <= theirs.from || theirs.to <= mine.from);
  const places = ({ placements, onboardingFlow }: Experiment['definition']) => [
    ...placements,
    ...(onboardingFlow === null ? [] : [`the onboarding flow ${onboardingFlow}`]),
  ];
  const shared = places(definition).filter((place) => places(other.definition).includes(place));
  if (apart || (shared.length === 0 && !sameLayer)) return;
  throw new KindlingError(
    'CONFLICT',
    sameLayer
      ? `"${key}" would overlap with "${other.key}" in the layer "${mine.key}": give it another range`
      : `"${other.key}" runs at ${shared.join(', ')} already: stop it, or give both ranges of one layer`,
    { field: 'layer' },
  );
}

const runningSql = statement<ExperimentRow, [CatalogueId]>(
  'experiment-life-running',
  `SELECT ${experimentColumns} FROM experiment WHERE catalogue_id = $1 AND status = 'RUNNING'`,
);
const startSql = typed<[number, string]>(
  change(
    'experiment-start',
    `status = 'RUNNING', frozen = $2::jsonb, started_at = clock_timestamp()`,
    'DRAFT',
  ),
);
const trafficSql = typed<[number, number | null, boolean | null]>(
  change(
    'experiment-traffic',
    'ramp = coalesce($2::float8, ramp), killed = coalesce($3::boolean, killed)',
    'RUNNING',
  ),
);
const measureSql = statement<ExperimentRow, [number, string]>(
  'experiment-measure',
  `UPDATE experiment SET frozen = $2::jsonb, revision = revision + 1 WHERE number = $1::bigint RETURNING ${experimentColumns}`,
);
const allDirtySql = statement<never, [number]>(
  'experiment-all-dirty',
  `INSERT INTO experiment_dirty (experiment, unit)
   SELECT DISTINCT experiment, counted_as FROM experiment_exposure WHERE experiment = $1::bigint`,
);
// Round 0 of a bandit serves the weights of its definition.
const firstRoundSql = statement<never, [number]>(
  'experiment-first-round',
  `INSERT INTO experiment_round (experiment, round, shares, arms, units)
   SELECT number, 0, ARRAY(SELECT (v ->> 'weight')::float8 / sum((v ->> 'weight')::float8) OVER ()
     FROM jsonb_array_elements(definition -> 'variants') WITH ORDINALITY AS a (v, place) ORDER BY place), '[]', '{}'
   FROM experiment WHERE number = $1::bigint AND definition ->> 'kind' = 'BANDIT' ON CONFLICT DO NOTHING`,
);
const rollUpSql = statement<never, [number]>(
  'experiment-roll-up-create',
  'INSERT INTO experiment_roll_up (experiment, rolled_to) VALUES ($1::bigint, now()) ON CONFLICT DO NOTHING',
);
