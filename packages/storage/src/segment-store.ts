import { type CatalogueId, type JsonObject, KindlingError } from '@kindling/domain';
import { type Segment, segmentSchema } from '@kindling/recommender';
import { appendAudit } from './audit-store.js';
import { changeChannel } from './change-sequence.js';
import { execute, type Pool, type Queryable, statement, transaction } from './database.js';

export interface StoredSegment {
  readonly segment: Segment;
  readonly version: number;
  readonly updatedAt: Date;
}

/** Their sizes are worked out together, in one pass over a sample: that bounds how many there may be. */
const mostSegments = 200;

export async function listSegments(db: Queryable, catalogue: CatalogueId): Promise<readonly StoredSegment[]> {
  return (await execute(db, listSql, catalogue)).map(segmentOf);
}

/** As they were at a time, out of the audit log: every change of one stands in it in full. */
export async function listSegmentsAt(
  db: Queryable,
  catalogue: CatalogueId,
  at: Date,
): Promise<readonly Segment[]> {
  const rows = await execute(db, thenSql, catalogue, at);
  return rows.flatMap(({ key, detail: { label, when } }) => {
    const parsed = segmentSchema.safeParse({ key, label, when });
    return parsed.success ? [parsed.data] : [];
  });
}

/** Makes or changes a segment; `expectedVersion` is the one that the editor saw, 0 for a new one. */
export async function saveSegment(
  pool: Pool,
  catalogue: CatalogueId,
  segment: Segment,
  { expectedVersion, actor }: { readonly expectedVersion: number; readonly actor: string },
): Promise<StoredSegment> {
  return transaction(pool, async (client) => {
    const { key, label, when } = segment;
    const before = await listSegments(client, catalogue);
    if (expectedVersion === 0 && before.length >= mostSegments) {
      throw new KindlingError(
        'BAD_INPUT',
        `A catalogue has at most ${mostSegments} segments: delete others`,
        {
          field: 'key',
        },
      );
    }
    const [row] = await execute(
      client,
      saveSql,
      catalogue,
      key,
      expectedVersion,
      label,
      JSON.stringify(when),
    );
    if (!row) {
      // committed since the list was read, or gone
      const current = (await listSegments(client, catalogue)).find((one) => one.segment.key === key);
      throw stale(key, expectedVersion, current, 'save');
    }
    await appendAudit(client, {
      catalogue,
      actor,
      action: 'segment.save',
      target: key,
      detail: { version: row.version, label, when: JSON.parse(JSON.stringify(when)) },
    });
    await client.query('SELECT pg_notify($1, $2)', [changeChannel, catalogue]);
    return segmentOf(row);
  });
}

/**
 * Whether there was one; a CONFLICT where it is not at the version that the editor saw any more. A rule that calls it
 * then acts for nobody, which the linter says.
 */
export async function deleteSegment(
  pool: Pool,
  catalogue: CatalogueId,
  key: string,
  { expectedVersion, actor }: { readonly expectedVersion: number; readonly actor: string },
): Promise<boolean> {
  return transaction(pool, async (client) => {
    const deleted = await client.query(
      'DELETE FROM segment WHERE catalogue_id = $1 AND key = $2 AND version = $3',
      [catalogue, key, expectedVersion],
    );
    if (deleted.rowCount === 0) {
      const current = (await listSegments(client, catalogue)).find((one) => one.segment.key === key);
      if (current) throw stale(key, expectedVersion, current, 'delete');
      return false;
    }
    await appendAudit(client, { catalogue, actor, action: 'segment.delete', target: key });
    await client.query('SELECT pg_notify($1, $2)', [changeChannel, catalogue]);
    return true;
  });
}

const stale = (key: string, expected: number, current: StoredSegment | undefined, then: 'save' | 'delete') =>
  new KindlingError(
    'CONFLICT',
    `Segment "${key}" is not at version ${expected} any more: look at the other change, then ${then}`,
    { field: 'expectedVersion', ...(current && { current: JSON.parse(JSON.stringify(current)) }) },
  );

interface SegmentRow {
  readonly key: string;
  readonly version: number;
  readonly label: string;
  readonly filter: unknown;
  readonly updated_at: Date;
}
const columns = 'key, version, label, filter, updated_at';
const listSql = statement<SegmentRow, [CatalogueId]>(
  'segment-list',
  `SELECT ${columns} FROM segment WHERE catalogue_id = $1 ORDER BY key`,
);
const thenSql = statement<{ key: string; detail: JsonObject }, [CatalogueId, Date]>(
  'segment-then',
  `SELECT target AS key, detail FROM (
     SELECT DISTINCT ON (target) target, action, detail FROM audit_entry
     WHERE catalogue_id = $1 AND action IN ('segment.save', 'segment.delete') AND created_at <= $2
     ORDER BY target, id DESC) AS last
   WHERE action = 'segment.save' ORDER BY target`,
);
const saveSql = statement<SegmentRow, [CatalogueId, string, number, string, string]>(
  'segment-save',
  `WITH made AS (
     INSERT INTO segment (catalogue_id, key, label, filter)
     SELECT $1, $2, $4, $5::jsonb WHERE $3::int = 0 ON CONFLICT DO NOTHING RETURNING ${columns}),
   changed AS (
     UPDATE segment SET version = version + 1, label = $4, filter = $5::jsonb, updated_at = now()
     WHERE catalogue_id = $1 AND key = $2 AND version = $3::int RETURNING ${columns})
   SELECT ${columns} FROM made UNION ALL SELECT ${columns} FROM changed`,
);

const segmentOf = ({ key, version, label, filter, updated_at }: SegmentRow): StoredSegment => ({
  segment: segmentSchema.parse({ key, label, when: filter }),
  version,
  updatedAt: updated_at,
});
