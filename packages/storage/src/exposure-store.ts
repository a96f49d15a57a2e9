import type { CatalogueId, ProfileId } from '@kindling/domain';
import { execute, type Pool, type PoolClient, type Queryable, statement, transaction } from './database.js';

/** The arm in which a unit that took part in a merge stays, under each of its ids. */
export interface MergedUnit {
  readonly experiment: number;
  readonly unit: string;
  readonly countedAs: string;
  readonly variant: number;
  readonly exposedAt: Date;
  readonly mergedAt: Date;
}

/**
 * Exposures of running experiments that took part in a merge since then, the earliest merge first; at most `limit`.
 * Read again from a little before the last one: transactions may commit out of the order of their times.
 */
export async function readMergedUnits(
  db: Queryable,
  experiments: readonly number[],
  since: Date,
  limit: number,
): Promise<readonly MergedUnit[]> {
  return execute(db, mergedSql, experiments, since, limit);
}

/** The position of the arm that a unit was first served; null when it has not been served any. */
export async function findExposedVariant(
  db: Queryable,
  experiment: number,
  unit: string,
): Promise<number | null> {
  const [row] = await execute(db, variantSql, experiment, unit);
  return row?.variant ?? null;
}

/** Part of merging two profiles: exposures of `from` count for `into`, in the arm that either was first served. */
export async function mergeExposures(
  client: PoolClient,
  catalogue: CatalogueId,
  from: ProfileId,
  into: ProfileId,
): Promise<void> {
  await execute(client, mergeSql, catalogue, from, into);
}

/**
 * The first step of erasing a person: their exposures and outcomes go, and the statistics are added up anew without
 * them. A transaction of its own, because it waits for a batch that is under way, and nobody shall wait for it.
 */
export async function eraseExposures(
  pool: Pool,
  catalogue: CatalogueId,
  units: readonly string[],
): Promise<void> {
  await transaction(pool, async (client) => {
    // before any row: a batch that is under way would wait for ours, and we for its lock
    await execute(client, lockRollUpsSql, catalogue, units);
    await execute(client, eraseSql, catalogue, units);
  });
}

/** Part of the erasure itself: what came after the first step. It is marked, so that nothing of it stays counted. */
export async function eraseLateExposures(
  client: PoolClient,
  catalogue: CatalogueId,
  units: readonly string[],
): Promise<void> {
  await execute(client, eraseLateSql, catalogue, units);
}

/** Adds to what became of lists at an experiment's placements. */
export async function addToFunnel(
  pool: Pool,
  counts: readonly { readonly experiment: number; readonly stage: string; readonly lists: number }[],
): Promise<void> {
  await execute(
    pool,
    funnelSql,
    counts.map(({ experiment }) => experiment),
    counts.map(({ stage }) => stage),
    counts.map(({ lists }) => lists),
  );
}

const mergedSql = statement<MergedUnit, [readonly number[], Date, number]>(
  'exposure-merged',
  `SELECT experiment::float8 AS experiment, unit, counted_as AS "countedAs", variant, exposed_at AS "exposedAt",
     merged_at AS "mergedAt"
   FROM experiment_exposure WHERE experiment = ANY($1::bigint[]) AND merged_at IS NOT NULL AND merged_at >= $2
   ORDER BY merged_at LIMIT $3`,
);
const variantSql = statement<{ variant: number }, [number, string]>(
  'exposure-variant',
  'SELECT variant FROM experiment_exposure WHERE experiment = $1::bigint AND unit = $2',
);
// Units of other kinds (sessions) have their own ids: an experiment over sessions does not follow profiles.
const mergeSql = statement<never, [CatalogueId, ProfileId, ProfileId]>(
  'exposure-merge',
  `WITH moved AS (
     UPDATE experiment_exposure AS x SET counted_as = $3, merged_at = clock_timestamp()
     FROM experiment AS e WHERE e.number = x.experiment AND e.definition ->> 'unit' = 'PROFILE'
       AND x.catalogue_id = $1 AND x.counted_as IN ($2, $3) RETURNING x.experiment)
   INSERT INTO experiment_dirty (experiment, unit)
   SELECT DISTINCT moved.experiment, of.unit FROM moved CROSS JOIN (VALUES ($2), ($3)) AS of (unit)`,
);
const lockRollUpsSql = statement<never, [CatalogueId, readonly string[]]>(
  'exposure-erase-lock',
  `SELECT FROM experiment_roll_up WHERE experiment IN (
     SELECT experiment FROM experiment_exposure WHERE catalogue_id = $1
       AND counted_as = ANY($2::text[]))
   ORDER BY experiment FOR UPDATE`,
);
const eraseSql = statement<never, [CatalogueId, readonly string[]]>(
  'exposure-erase',
  `WITH erased AS (
     DELETE FROM experiment_exposure WHERE catalogue_id = $1 AND counted_as = ANY($2::text[])
     RETURNING experiment, unit, counted_as),
   gone AS (SELECT experiment, unit FROM erased UNION SELECT experiment, counted_as FROM erased),
   outcomes AS (DELETE FROM experiment_outcome AS o USING gone
     WHERE o.experiment = gone.experiment AND o.unit = gone.unit),
   dirty AS (DELETE FROM experiment_dirty AS d USING gone WHERE d.experiment = gone.experiment AND d.unit = gone.unit)
   UPDATE experiment_roll_up AS r SET rebuild = true
   FROM (SELECT DISTINCT experiment FROM gone) AS g WHERE r.experiment = g.experiment`,
);
const eraseLateSql = statement<never, [CatalogueId, readonly string[]]>(
  'exposure-erase-late',
  `WITH erased AS (
     DELETE FROM experiment_exposure WHERE catalogue_id = $1 AND counted_as = ANY($2::text[])
     RETURNING experiment, counted_as)
   INSERT INTO experiment_dirty (experiment, unit) SELECT DISTINCT experiment, counted_as FROM erased`,
);
const funnelSql = statement<never, [readonly number[], readonly string[], readonly number[]]>(
  'exposure-funnel',
  `INSERT INTO experiment_funnel (experiment, stage, lists)
   SELECT i.experiment, i.stage, i.lists FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS i (experiment, stage, lists)
   JOIN experiment AS e ON e.number = i.experiment ORDER BY 1, 2
   ON CONFLICT (experiment, stage) DO UPDATE SET lists = experiment_funnel.lists + excluded.lists`,
);
