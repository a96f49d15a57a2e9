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
}

/** Whole numbers as they are stored; see scaleOf. Empty sums (all of their units went elsewhere) are left out. */
export async function readStatistics(db: Queryable, experiment: number): Promise<readonly OutcomeSums[]> {
  return execute(db, statisticsSql, experiment);
}

export async function readExperimentCounts(db: Queryable, experiment: number): Promise<ExperimentCounts> {
  const [row] = await execute(db, countsSql, experiment);
  if (!row) throw new Error('a query of counts answers one row');
  return row;
}

const asFloat = (names: string) => names.replace(/\w+/g, '$&::float8 AS $&');
const statisticsSql = statement<OutcomeSums, [number]>(
  'experiment-statistics',
  `SELECT metric, variant, dimension, value, ${asFloat('n, y, yy, x, xx, xy, p, pp, py, w, ww, f, ff, fy')}
   FROM experiment_statistic WHERE experiment = $1::bigint AND n > 0 ORDER BY metric, variant, dimension, value`,
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
        FROM experiment_funnel WHERE experiment = $1::bigint) AS funnel`,
);
