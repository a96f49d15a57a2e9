import type { CatalogueId } from '@kindling/domain';
import { type Metric, scaleOf, type UnitValue } from '@kindling/experiments';
import { type Pool, transaction } from './database.js';
import { outcomeSql } from './outcome-sql.js';

/** Units that a baseline looks at, at most: the newest ones. */
const mostUnits = 20_000;

/**
 * What profiles, or sessions, did after their first list at one of the placements, of the last `days` days: the units of an
 * experiment that would have run then. A metric that only counts events of an experiment's lists counts those of any
 * list here.
 */
export async function readBaseline(
  pool: Pool,
  catalogue: CatalogueId,
  question: {
    readonly metric: Metric;
    readonly unit: 'PROFILE' | 'SESSION';
    readonly placements: readonly string[];
    readonly days: number;
    readonly now: Date;
  },
): Promise<{ readonly values: readonly UnitValue[]; readonly unitsPerDay: number }> {
  const { metric, unit, placements, days, now } = question;
  const isProfile = unit === 'PROFILE';
  const since = new Date(now.getTime() - days * 86_400_000);
  return transaction(pool, async (client) => {
    await client.query(
      'CREATE TEMP TABLE seen (unit text PRIMARY KEY, exposed_at timestamptz) ON COMMIT DROP',
    );
    await client.query(
      `INSERT INTO seen
       SELECT ${isProfile ? 'coalesce(p.merged_into, r.profile_id)' : 'r.session_id'}, min(r.created_at)
       FROM recommendation AS r
       ${isProfile ? 'LEFT JOIN profile AS p ON p.catalogue_id = $1 AND p.id = r.profile_id' : ''}
       WHERE r.catalogue_id = $1 AND r.created_at >= $2 AND r.created_at < $3 AND r.placement = ANY($4::text[])
         AND r.${isProfile ? 'profile_id' : 'session_id'} IS NOT NULL
       GROUP BY 1`,
      [catalogue, since, now, placements],
    );
    const all = await client.query<{ units: number; days: number }>(
      `SELECT count(*)::float8 AS units,
         greatest(1, extract(epoch FROM max(exposed_at) - min(exposed_at)) / 86400)::float8 AS days FROM seen`,
    );
    await client.query(
      'DELETE FROM seen WHERE unit IN (SELECT unit FROM seen ORDER BY exposed_at DESC, unit OFFSET $1)',
      [mostUnits],
    );
    await client.query('ANALYZE seen');
    const outcomes = await client.query<{ y: number | null; x: number }>(
      `SELECT amounts[2]::float8 AS y, amounts[3]::float8 AS x
       FROM (${outcomeSql({ metrics: [metric], tag: null, unit }, 'seen')}) AS outcome`,
      [catalogue, now, now],
    );
    const scale = scaleOf(metric);
    const { units = 0, days: length = 1 } = all.rows[0] ?? {};
    return {
      values: outcomes.rows.flatMap(({ y, x }) =>
        y === null ? [] : [{ y: y / scale, x: metric.kind === 'RATIO' ? x : 1 }],
      ),
      unitsPerDay: units / length,
    };
  });
}
