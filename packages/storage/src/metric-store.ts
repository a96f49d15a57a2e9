import { type CatalogueId, KindlingError } from '@kindling/domain';
import { type Metric, type MetricDefinition, presetMetrics, storedMetricSchema } from '@kindling/experiments';
import { appendAudit } from './audit-store.js';
import { execute, type Pool, type Queryable, statement, transaction } from './database.js';

/** The newest version of every metric: the catalogue's own, and the presets that it has not replaced. By key. */
export async function listMetrics(db: Queryable, catalogue: CatalogueId): Promise<readonly Metric[]> {
  const own = (await execute(db, listSql, catalogue)).map(metricOf);
  const keys = new Set(own.map(({ key }) => key));
  return [...own, ...presetMetrics.filter(({ key }) => !keys.has(key))].sort((a, b) =>
    a.key < b.key ? -1 : 1,
  );
}

/**
 * Saves the next version. A preset is version 1, so the first change of one makes version 2. `expectedVersion` is the
 * one that the editor saw, 0 for a new metric: when somebody else was faster it is a CONFLICT.
 */
export async function saveMetric(
  pool: Pool,
  catalogue: CatalogueId,
  metric: MetricDefinition,
  expectedVersion: number,
  actor: string,
): Promise<Metric> {
  return transaction(pool, async (client) => {
    const preset = presetMetrics.find(({ key }) => key === metric.key)?.version ?? 0;
    const body = JSON.stringify(metric);
    const [row] = await execute(client, saveSql, catalogue, metric.key, expectedVersion, body, actor, preset);
    if (!row) {
      throw new KindlingError(
        'CONFLICT',
        `Metric "${metric.key}" is not at version ${expectedVersion} any more: load it again, then save`,
        { field: 'expectedVersion' },
      );
    }
    await appendAudit(client, {
      catalogue,
      actor,
      action: 'metric.save',
      target: metric.key,
      detail: { version: row.version },
    });
    return metricOf(row);
  });
}

interface MetricRow {
  readonly version: number;
  readonly definition: object;
}
const listSql = statement<MetricRow, [CatalogueId]>(
  'metric-list',
  `SELECT DISTINCT ON (key) version, definition FROM metric WHERE catalogue_id = $1 ORDER BY key, version DESC`,
);
const saveSql = statement<MetricRow, [CatalogueId, string, number, string, string, number]>(
  'metric-save',
  `INSERT INTO metric (catalogue_id, key, version, definition, created_by)
   SELECT $1, $2, $3::int + 1, $4::jsonb, $5
   WHERE coalesce((SELECT max(version) FROM metric WHERE catalogue_id = $1 AND key = $2), $6::int) = $3::int
   ON CONFLICT DO NOTHING RETURNING version, definition`,
);

const metricOf = ({ version, definition }: MetricRow): Metric =>
  storedMetricSchema.parse({ ...definition, version });
