import { randomUUID } from 'node:crypto';
import { type CatalogueId, catalogueId, KindlingError, type RowProblem } from '@kindling/domain';
import { appendAudit } from './audit-store.js';
import { changeChannel } from './change-sequence.js';
import { type Pool, type PoolClient, type Queryable, transaction } from './database.js';
import { jsonParameter } from './json-parameter.js';
import { tellWebhooks } from './webhook-message.js';

export const importStatuses = ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED'] as const;
export type ImportStatus = (typeof importStatuses)[number];

/** One reading of one file into one catalogue: what was asked for, and how far it has come. */
export interface ImportRun extends ImportCounts {
  readonly id: string;
  readonly catalogue: CatalogueId;
  readonly fileId: string | null;
  readonly fileName: string;
  readonly format: string;
  readonly mapping: readonly StoredMapping[];
  readonly dryRun: boolean;
  readonly status: ImportStatus;
  readonly totalBytes: number;
  /** Of the file as it was uploaded: compressed bytes, when it is compressed. */
  readonly readBytes: number;
  /** Records of the file that are done with, for good or ill; where a killed run goes on. */
  readonly checkpointRow: number;
  readonly attempts: number;
  readonly error: string | null;
  readonly createdBy: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** Which field of an item a column fills: a shape that @kindling/ingest's ColumnMapping has. */
export interface StoredMapping {
  readonly column: string;
  readonly field: string;
}

export interface ImportCounts {
  readonly rows: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
}

/** A refused row. Lines count from 1, the header line included. */
export interface ImportReject extends RowProblem {
  readonly line: number;
  readonly excerpt: string | null;
}

/** So many refused rows are kept for download; beyond that they are only counted. */
export const keptRejects = 100_000;
/** A run that makes no progress this many times in a row has failed. */
export const maximumImportAttempts = 5;

const columns = `id, catalogue_id, file_id, file_name, format, mapping, dry_run, status, error, attempts,
  total_bytes::float8 AS total_bytes, read_bytes::float8 AS read_bytes, rows::float8 AS rows,
  created::float8 AS created, updated::float8 AS updated, unchanged::float8 AS unchanged,
  rejected::float8 AS rejected, checkpoint_row::float8 AS checkpoint_row, created_by, created_at, started_at, finished_at`;

interface ImportRunColumns extends ImportCounts {
  readonly id: string;
  readonly catalogue_id: string;
  readonly file_id: string | null;
  readonly file_name: string;
  readonly format: string;
  readonly mapping: StoredMapping[];
  readonly dry_run: boolean;
  readonly status: ImportStatus;
  readonly error: string | null;
  readonly attempts: number;
  readonly total_bytes: number;
  readonly read_bytes: number;
  readonly checkpoint_row: number;
  readonly created_by: string | null;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
}

const importRun = (row: ImportRunColumns): ImportRun => ({
  id: row.id,
  catalogue: catalogueId(row.catalogue_id),
  fileId: row.file_id,
  fileName: row.file_name,
  format: row.format,
  mapping: row.mapping,
  dryRun: row.dry_run,
  status: row.status,
  totalBytes: row.total_bytes,
  readBytes: row.read_bytes,
  rows: row.rows,
  created: row.created,
  updated: row.updated,
  unchanged: row.unchanged,
  rejected: row.rejected,
  checkpointRow: row.checkpoint_row,
  attempts: row.attempts,
  error: row.error,
  createdBy: row.created_by,
  createdAt: row.created_at,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
});

export interface NewImportRun {
  readonly catalogue: CatalogueId;
  readonly fileId: string;
  readonly fileName: string;
  readonly format: string;
  readonly mapping: readonly StoredMapping[];
  readonly dryRun: boolean;
  readonly totalBytes: number;
  readonly createdBy: string | null;
}

export async function createImportRun(pool: Pool, run: NewImportRun): Promise<ImportRun> {
  return transaction(pool, async (client) => {
    // the notification only wakes the workers, which find the run by its status
    const result = await client.query<ImportRunColumns>(
      `WITH woken AS (SELECT pg_notify('${changeChannel}', $2))
       INSERT INTO import_run (id, catalogue_id, file_id, file_name, format, mapping, dry_run, total_bytes, created_by)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 FROM woken RETURNING ${columns}`,
      [
        randomUUID(),
        run.catalogue,
        run.fileId,
        run.fileName,
        run.format,
        JSON.stringify(run.mapping),
        run.dryRun,
        run.totalBytes,
        run.createdBy,
      ],
    );
    const [row] = result.rows;
    if (row === undefined) throw new KindlingError('INTERNAL', 'An import run was not stored.');
    const stored = importRun(row);
    // a dry run changes nothing
    if (!run.dryRun) {
      await appendAudit(client, {
        catalogue: run.catalogue,
        actor: run.createdBy ?? 'system',
        action: 'import.start',
        target: stored.id,
        detail: { file: run.fileName, bytes: run.totalBytes },
      });
    }
    return stored;
  });
}

export async function findImportRun(
  pool: Pool,
  catalogue: CatalogueId,
  id: string,
): Promise<ImportRun | null> {
  const result = await pool.query<ImportRunColumns>({
    name: 'import-find',
    text: `SELECT ${columns} FROM import_run WHERE catalogue_id = $1 AND id = $2`,
    values: [catalogue, id],
  });
  return result.rows[0] === undefined ? null : importRun(result.rows[0]);
}

/** Newest first. */
export async function listImportRuns(
  pool: Pool,
  catalogue: CatalogueId,
  limit: number,
): Promise<readonly ImportRun[]> {
  const result = await pool.query<ImportRunColumns>({
    name: 'import-list',
    text: `SELECT ${columns} FROM import_run WHERE catalogue_id = $1 ORDER BY created_at DESC LIMIT $2`,
    values: [catalogue, limit],
  });
  return result.rows.map(importRun);
}

/** Runs that a worker should take up, oldest first. */
export async function findOpenImportRuns(pool: Pool, limit = 100): Promise<readonly string[]> {
  const result = await pool.query<{ id: string }>({
    name: 'import-open',
    text: `SELECT id FROM import_run WHERE status IN ('QUEUED', 'RUNNING') ORDER BY created_at LIMIT $1`,
    values: [limit],
  });
  return result.rows.map((row) => row.id);
}

/**
 * Takes up a run, from the start or from its checkpoint; null when it is over. A run that was taken up too often
 * without progress (its file kills the worker) is failed instead, with a dead letter.
 */
export async function takeUpImportRun(pool: Pool, id: string): Promise<ImportRun | null> {
  const result = await pool.query<ImportRunColumns>(
    `UPDATE import_run SET status = 'RUNNING', attempts = attempts + 1, started_at = coalesce(started_at, now())
     WHERE id = $1 AND status IN ('QUEUED', 'RUNNING') RETURNING ${columns}`,
    [id],
  );
  const [row] = result.rows;
  if (row === undefined) return null;
  if (row.attempts <= maximumImportAttempts) return importRun(row);
  await failImportRun(
    pool,
    id,
    row.error ??
      `The worker died ${maximumImportAttempts} times after record ${row.checkpoint_row} of the file: remove what follows it and import again.`,
  );
  return null;
}

export interface ImportBatch {
  readonly runId: string;
  /** Where this batch began: the fence. */
  readonly fromRow: number;
  readonly toRow: number;
  readonly readBytes: number;
  readonly counts: ImportCounts;
  readonly rejects: readonly ImportReject[];
}

/**
 * Moves the checkpoint, together with whatever else `db`'s transaction holds: the rows of the batch and this are
 * stored both or neither. When another worker has moved it already, this throws and nothing of the batch is stored.
 */
export async function advanceImportRun(db: Queryable, batch: ImportBatch): Promise<void> {
  const { counts } = batch;
  const advanced = await db.query<{ rejected: number }>({
    name: 'import-advance',
    text: `UPDATE import_run SET checkpoint_row = $3, read_bytes = greatest(read_bytes, $4), attempts = 0, error = NULL,
             rows = rows + $5, created = created + $6, updated = updated + $7, unchanged = unchanged + $8,
             rejected = rejected + $9
           WHERE id = $1 AND checkpoint_row = $2 AND status = 'RUNNING' RETURNING (rejected - $9)::float8 AS rejected`,
    values: [
      batch.runId,
      batch.fromRow,
      batch.toRow,
      batch.readBytes,
      counts.rows,
      counts.created,
      counts.updated,
      counts.unchanged,
      counts.rejected,
    ],
  });
  const [before] = advanced.rows;
  if (before === undefined) {
    throw new KindlingError('CONFLICT', `Import ${batch.runId} was taken over by another worker.`);
  }
  const room = Math.max(0, keptRejects - before.rejected);
  if (batch.rejects.length > 0 && room > 0) {
    await db.query({
      name: 'import-rejects',
      text: `INSERT INTO import_reject (run_id, line, position, field, code, message, fix, excerpt)
             SELECT $1, line, position, field, code, message, fix, excerpt
             FROM json_to_recordset($2::json) AS reject
               (line bigint, position integer, field text, code text, message text, fix text, excerpt text)
             ON CONFLICT DO NOTHING`,
      values: [batch.runId, rejectRecords(batch.rejects.slice(0, room))],
    });
  }
}

function rejectRecords(rejects: readonly ImportReject[]): string {
  const positions = new Map<number, number>();
  const clean = (text: string | null) => text?.replaceAll('\0', '\\0') ?? null;
  return jsonParameter(
    rejects.map(({ line, field, code, message, fix, excerpt }) => {
      const position = positions.get(line) ?? 0;
      positions.set(line, position + 1);
      const texts = {
        field: clean(field),
        message: clean(message),
        fix: clean(fix),
        excerpt: clean(excerpt),
      };
      return { line, position, code, ...texts };
    }),
  );
}

/** Keeps what the file turned out to be, so that the run shows it, and goes on with it after a stop. */
export async function settleImportRun(
  pool: Pool,
  id: string,
  file: { readonly format: string; readonly mapping: readonly StoredMapping[] },
): Promise<void> {
  await pool.query(`UPDATE import_run SET format = $2, mapping = $3 WHERE id = $1 AND status = 'RUNNING'`, [
    id,
    file.format,
    JSON.stringify(file.mapping),
  ]);
}

/** Shows how far the reading is while no row is complete (a very long line, the way back to a checkpoint). */
export async function showImportProgress(pool: Pool, id: string, readBytes: number): Promise<void> {
  await pool.query({
    name: 'import-progress',
    text: `UPDATE import_run SET read_bytes = greatest(read_bytes, $2) WHERE id = $1 AND status = 'RUNNING'`,
    values: [id, readBytes],
  });
}

/** Ends a run well; passed over when it has ended already. */
export async function finishImportRun(pool: Pool, id: string): Promise<void> {
  await transaction(pool, async (client) => {
    const ended = await client.query<EndedRun>(
      `UPDATE import_run SET status = 'SUCCEEDED', read_bytes = total_bytes, finished_at = now()
       WHERE id = $1 AND status = 'RUNNING' RETURNING ${endedColumns}`,
      [id],
    );
    for (const run of ended.rows) await tellOfEnd(client, run);
  });
}

/** Ends a run with a sentence for the person who started it, and leaves a dead letter. What was stored stays. */
export async function failImportRun(pool: Pool, id: string, error: string): Promise<void> {
  const reason = error.replaceAll('\0', '\\0').slice(0, 2_000);
  await transaction(pool, async (client) => {
    const ended = await client.query<EndedRun>(
      `UPDATE import_run SET status = 'FAILED', error = $2, finished_at = now()
       WHERE id = $1 AND status IN ('QUEUED', 'RUNNING') RETURNING ${endedColumns}`,
      [id, reason],
    );
    for (const run of ended.rows) {
      await client.query(
        `INSERT INTO dead_letter (catalogue_id, job, subject, reason, attempts)
         VALUES ($1, 'import-catalogue', $2, $3, $4)
         ON CONFLICT (catalogue_id, job, subject) DO UPDATE SET
           reason = excluded.reason, attempts = excluded.attempts, created_at = now(), resolved_at = NULL`,
        [run.catalogue, run.id, reason, run.attempts],
      );
      await tellOfEnd(client, run);
      await tellWebhooks(client, {
        catalogue: run.catalogue,
        kind: 'dead-letter.created',
        data: { job: 'import-catalogue', subjects: [run.id], letters: 1, reason },
      });
    }
  });
}

interface EndedRun {
  readonly id: string;
  readonly catalogue: CatalogueId;
  readonly file: string;
  readonly status: ImportStatus;
  readonly dryRun: boolean;
  readonly error: string | null;
  readonly attempts: number;
}
const endedColumns = `id, catalogue_id AS catalogue, file_name AS file, status, dry_run AS "dryRun", error, attempts`;

/** A dry run is a question, whose answer only its asker waits for. */
async function tellOfEnd(
  client: PoolClient,
  { catalogue, dryRun, attempts: _, ...data }: EndedRun,
): Promise<void> {
  if (!dryRun) await tellWebhooks(client, { catalogue, kind: 'import.finished', data });
}

/** A fault that may pass (the database was away): the run is taken up again, and says meanwhile why it waits. */
export async function noteImportFault(pool: Pool, id: string, error: string): Promise<void> {
  await pool.query(`UPDATE import_run SET error = $2 WHERE id = $1 AND status = 'RUNNING'`, [
    id,
    error.replaceAll('\0', '\\0').slice(0, 2_000),
  ]);
}

/** Refused rows in the order of the file, after a (line, position) that an earlier page ended with. */
export async function readImportRejects(
  pool: Pool,
  runId: string,
  page: { readonly first: number; readonly after: { line: number; position: number } | null },
): Promise<readonly (ImportReject & { readonly position: number })[]> {
  const result = await pool.query<ImportReject & { position: number }>({
    name: 'import-reject-page',
    text: `SELECT line::float8 AS line, position, field, code, message, fix, excerpt FROM import_reject
           WHERE run_id = $1 AND (line, position) > ($2::bigint, $3::int) ORDER BY line, position LIMIT $4`,
    values: [runId, page.after?.line ?? -1, page.after?.position ?? -1, page.first],
  });
  return result.rows;
}

/** The mapping that was last used for a file with these columns. */
export async function recallMapping(
  pool: Pool,
  catalogue: CatalogueId,
  columnsHash: string,
): Promise<readonly StoredMapping[] | null> {
  const result = await pool.query<{ mapping: StoredMapping[] }>(
    'SELECT mapping FROM import_mapping WHERE catalogue_id = $1 AND columns_hash = $2',
    [catalogue, columnsHash],
  );
  return result.rows[0]?.mapping ?? null;
}

export async function rememberMapping(
  pool: Pool | PoolClient,
  catalogue: CatalogueId,
  columnsHash: string,
  mapping: readonly StoredMapping[],
): Promise<void> {
  await pool.query(
    `INSERT INTO import_mapping (catalogue_id, columns_hash, mapping) VALUES ($1, $2, $3)
     ON CONFLICT (catalogue_id, columns_hash) DO UPDATE SET mapping = excluded.mapping, updated_at = now()`,
    [catalogue, columnsHash, JSON.stringify(mapping)],
  );
}
