import type { OutcomeSums } from '@kindling/experiments';
import { execute, type Queryable, statement } from './database.js';

/** What has been counted of an experiment, as of `rolledTo`. */
export interface ExperimentCounts {
  readonly rolledTo: Date | null;
  /** Units that wait to be counted anew; 10,000 stands for more. */
  readonly waiting: number;
  /** Units seen in several arms: not among the sums. */
  readonly severalArms: number;
  /** Units of merged profiles that had been in different arms: they stay in the first. */
  readonly mergedAcrossArms: number;
  readonly funnel: readonly { readonly stage: string; readonly lists: number }[];
  /** Part of its units that are simulated visitors, of a thousand of them; 0 to 1. */
  readonly simulatedShare: number;
}

/** Whole numbers as they are stored; see scaleOf. Empty sums (all of their units went elsewhere) are left out. */
export async function readStatistics(db: Queryable, experiment: number): Promise<readonly OutcomeSums[]> {
  return execute(db, statisticsSql, experiment);
}

/** Of many experiments at once, by number: what their health is read from, so without slices but those that checks need, and with days of bandits alone. */
export async function readHealthStatistics(
  db: Queryable,
  experiments: readonly number[],
): Promise<ReadonlyMap<number, readonly OutcomeSums[]>> {
  const found = new Map<number, OutcomeSums[]>(experiments.map((number) => [number, []]));
  for (const { experiment, ...sums } of await execute(db, healthSql, experiments)) {
    found.get(experiment)?.push(sums);
  }
  return found;
}

/** Until when each of these has been counted, by number; see `rolledTo`. */
export async function readRolledTo(
  db: Queryable,
  experiments: readonly number[],
): Promise<ReadonlyMap<number, Date>> {
  const rows = await execute(db, rolledToSql, experiments);
  return new Map(rows.map(({ experiment, rolledTo }) => [experiment, rolledTo]));
}

export async function readExperimentCounts(db: Queryable, experiment: number): Promise<ExperimentCounts> {
  const [row] = await execute(db, countsSql, experiment);
  if (!row) throw new Error('a query of counts answers one row');
  return row;
}

const asFloat = (names: string) => names.replace(/\w+/g, '$&::float8 AS $&');
const statisticsSql = statement<OutcomeSums, [number]>(
  'experiment-statistics',
  `SELECT metric, variant, dimension, value, ${asFloat('n, y, yy, x, xx, xy, p, pp, py, w, ww, f, ff, fy, px, fx, pf')}
   FROM experiment_statistic WHERE experiment = $1::bigint AND n > 0 ORDER BY metric, variant, dimension, value`,
);
const healthSql = statement<OutcomeSums & { readonly experiment: number }, [readonly number[]]>(
  'experiment-health',
  `SELECT s.experiment::float8 AS experiment, metric, variant, dimension, value,
     ${asFloat('n, y, yy, x, xx, xy, p, pp, py, w, ww, f, ff, fy, px, fx, pf')}
   FROM experiment_statistic AS s JOIN experiment AS e ON e.number = s.experiment
   WHERE s.experiment = ANY($1::bigint[]) AND n > 0
     AND (metric = -1 AND dimension <> 'day' OR dimension IN ('all', e.definition ->> 'stratifyBy')
       OR metric = 0 AND dimension = 'day' AND e.definition ->> 'kind' = 'BANDIT'
       OR dimension <> 'day' AND e.definition ->> 'kind' = 'INTERLEAVING')
   ORDER BY metric, variant, dimension, value`,
);
const rolledToSql = statement<{ experiment: number; rolledTo: Date }, [readonly number[]]>(
  'experiment-rolled-to',
  `SELECT experiment::float8 AS experiment, rolled_to AS "rolledTo" FROM experiment_roll_up
   WHERE experiment = ANY($1::bigint[])`,
);
const countsSql = statement<ExperimentCounts, [number]>(
  'experiment-counts',
  `SELECT (SELECT rolled_to FROM experiment_roll_up WHERE experiment = $1::bigint) AS "rolledTo",
     (SELECT count(*)::float8 FROM (SELECT FROM experiment_dirty WHERE experiment = $1::bigint LIMIT 10000) AS d) AS waiting,
     (SELECT count(DISTINCT counted_as)::float8 FROM experiment_exposure WHERE experiment = $1::bigint AND several_arms)
       AS "severalArms",
     (SELECT count(*)::float8 FROM (SELECT FROM experiment_exposure WHERE experiment = $1::bigint AND merged_at IS NOT NULL
        GROUP BY counted_as HAVING count(DISTINCT variant) > 1) AS crossed) AS "mergedAcrossArms",
     (SELECT coalesce(jsonb_agg(jsonb_build_object('stage', stage, 'lists', lists) ORDER BY stage), '[]')
        FROM experiment_funnel WHERE experiment = $1::bigint) AS funnel,
     (SELECT coalesce(avg(p.simulated::int), 0)::float8
        FROM (SELECT catalogue_id, counted_as FROM experiment_exposure WHERE experiment = $1::bigint LIMIT 1000) AS x
        JOIN profile AS p ON p.catalogue_id = x.catalogue_id AND p.id = x.counted_as) AS "simulatedShare"`,
);
