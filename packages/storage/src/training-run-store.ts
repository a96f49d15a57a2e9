import { randomUUID } from 'node:crypto';
import { type CatalogueId, catalogueId, type ErrorCode, KindlingError } from '@kindling/domain';
import type { TrainingStage } from '@kindling/recommender';
import { appendAudit } from './audit-store.js';
import { changeChannel } from './change-sequence.js';
import { execute, type Pool, type PoolClient, type Queryable, statement, transaction } from './database.js';
import { tellWebhooks } from './webhook-message.js';

export const trainingStatuses = ['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED'] as const;
export type TrainingStatus = (typeof trainingStatuses)[number];
export const trainingTriggers = ['MANUAL', 'NIGHTLY', 'EVENTS'] as const;
export type TrainingTrigger = (typeof trainingTriggers)[number];

/** One training of a catalogue's model: what asked for it, and how far it has come. */
export interface TrainingRun {
  readonly id: string;
  /** The order in which runs were asked for; the key of pages. */
  readonly number: number;
  readonly catalogue: CatalogueId;
  readonly status: TrainingStatus;
  readonly trigger: TrainingTrigger;
  /** Whether it also judges what could be used in the model's place. */
  readonly baselines: boolean;
  readonly stage: TrainingStage | null;
  /** Steps of the stage, of so many. 0 of 0: not known. */
  readonly done: number;
  readonly total: number;
  /** The fence: what an earlier attempt writes changes nothing. */
  readonly attempt: number;
  /** Times that a worker died or failed over it. */
  readonly faults: number;
  readonly requestedBy: string;
  readonly errorCode: ErrorCode | null;
  readonly error: string | null;
  /** The version that it made. */
  readonly modelId: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** Who may write to a run: the worker that took it up last. */
export interface TrainingClaim {
  readonly id: string;
  readonly attempt: number;
}

/** A run whose workers die or fail this many times has failed. */
export const maximumTrainingFaults = 3;

/** Asks for a training; while one is open (waits or runs) that one is the answer, and nothing is added. */
export async function startTrainingRun(
  pool: Pool,
  catalogue: CatalogueId,
  {
    trigger,
    actor,
    note,
    baselines = false,
  }: {
    readonly trigger: TrainingTrigger;
    readonly actor: string;
    readonly note?: string;
    readonly baselines?: boolean;
  },
): Promise<{ readonly run: TrainingRun; readonly started: boolean }> {
  return transaction(pool, async (client) => {
    // two rounds: the open run may end between the two looks
    for (let round = 0; round < 2; round++) {
      const [made] = await execute(client, insertSql, randomUUID(), catalogue, trigger, actor, baselines);
      if (made) {
        await appendAudit(client, {
          catalogue,
          actor,
          action: 'training.start',
          target: made.id,
          detail: { trigger, ...(baselines && { baselines }), ...(note !== undefined && { note }) },
        });
        await wake(client, catalogue);
        return { run: runOf(made), started: true };
      }
      const [open] = await execute(client, openSql, catalogue);
      if (open) return { run: runOf(open), started: false };
    }
    throw new KindlingError('CONFLICT', 'Another training has just ended: start again.');
  });
}

/** Ends an open run; its worker hears of it at its next sign of life. A run that is over is a CONFLICT. */
export async function cancelTrainingRun(
  pool: Pool,
  catalogue: CatalogueId,
  id: string,
  actor: string,
): Promise<TrainingRun> {
  return transaction(pool, async (client) => {
    const [row] = await execute(client, cancelSql, catalogue, id);
    if (!row) {
      const found = await findTrainingRun(client, catalogue, id);
      if (!found) throw new KindlingError('NOT_FOUND', `There is no training run ${id} in this catalogue.`);
      throw new KindlingError('CONFLICT', `The training run is over already (${found.status}).`);
    }
    await appendAudit(client, { catalogue, actor, action: 'training.cancel', target: id });
    await wake(client, catalogue);
    return runOf(row);
  });
}

export async function findTrainingRun(
  db: Queryable,
  catalogue: CatalogueId,
  id: string,
): Promise<TrainingRun | null> {
  const [row] = await execute(db, oneSql, catalogue, id);
  return row ? runOf(row) : null;
}

/** Newest first. `before` is the number of the last run seen. */
export async function listTrainingRuns(
  db: Queryable,
  catalogue: CatalogueId,
  { first, before }: { readonly first: number; readonly before: number | null },
): Promise<readonly TrainingRun[]> {
  return (await execute(db, pageSql, catalogue, before, first)).map(runOf);
}

/** Runs that need a worker: those that wait, and those whose worker has given no sign of life for its lease. */
export async function findWaitingTrainingRuns(pool: Pool, limit = 100): Promise<readonly string[]> {
  return (await execute(pool, waitingSql, limit)).map(({ id }) => id);
}

/**
 * Takes up a run from its beginning, for one lease at a time; null when it is over or another worker has it. A run
 * that killed its workers too often is failed instead.
 */
export async function claimTrainingRun(pool: Pool, id: string, leaseMs: number): Promise<TrainingRun | null> {
  const [row] = await execute(pool, claimSql, id, leaseMs);
  if (!row) return null;
  if (row.faults < maximumTrainingFaults) return runOf(row);
  const message = `The worker died ${row.faults} times while it trained, most likely for want of memory: give the worker more, or shorten the time from which events are taken.`;
  await failTrainingRun(pool, { id, attempt: row.attempt }, { code: 'INTERNAL', message });
  return null;
}

/**
 * A sign of life, with how far the run has come. False when the run is no longer this worker's: it was cancelled, or
 * taken over after the lease. Then nothing was written and the worker is to stop.
 */
export async function reportTrainingProgress(
  pool: Pool,
  claim: TrainingClaim,
  progress: { readonly stage: TrainingStage; readonly done: number; readonly total: number },
  leaseMs: number,
): Promise<boolean> {
  const { stage, done, total } = progress;
  const rows = await execute(pool, progressSql, claim.id, claim.attempt, stage, done, total, leaseMs);
  return rows.length > 0;
}

/** Ends the run for good. False when it was no longer this worker's. */
export async function failTrainingRun(
  pool: Pool,
  claim: TrainingClaim,
  error: { readonly code: ErrorCode; readonly message: string },
): Promise<boolean> {
  return transaction(pool, async (client) => {
    const [run] = await execute(client, failSql, claim.id, claim.attempt, error.code, error.message);
    if (run) await tellOfEnd(client, run, 'FAILED', error.message);
    return run !== undefined;
  });
}

/**
 * Gives a run back, to be begun anew by any worker. `fault` says what went wrong, and counts; null when the worker is
 * merely stopping.
 */
export async function releaseTrainingRun(
  pool: Pool,
  claim: TrainingClaim,
  fault: { readonly code: ErrorCode; readonly message: string } | null,
): Promise<void> {
  if (fault === null) {
    await execute(pool, releaseSql, claim.id, claim.attempt, 0, null, null);
    return;
  }
  const [row] = await execute(pool, releaseSql, claim.id, claim.attempt, 1, fault.code, fault.message);
  if (row && row.faults >= maximumTrainingFaults) {
    await transaction(pool, async (client) => {
      const [run] = await execute(client, giveUpSql, claim.id, claim.attempt);
      if (run) await tellOfEnd(client, run, 'FAILED', fault.message);
    });
  }
}

/**
 * Ends the run with the version that it made, inside the transaction that stores it. A worker that has lost the run
 * gets a CONFLICT, and what it stored goes with it.
 */
export async function finishTrainingRun(
  client: PoolClient,
  claim: TrainingClaim,
  modelId: string,
): Promise<void> {
  const [row] = await execute(client, finishSql, claim.id, claim.attempt, modelId);
  if (!row) throw lostClaim(claim);
  await tellOfEnd(client, row, 'SUCCEEDED', null);
}

const tellOfEnd = (
  client: PoolClient,
  { id, catalogue_id, model_id: model, trigger }: EndedRow,
  status: TrainingStatus,
  error: string | null,
) =>
  tellWebhooks(client, {
    catalogue: catalogueId(catalogue_id),
    kind: 'training.finished',
    data: { id, status, trigger, model, error },
  });

/** The catalogue of a run that is still this worker's, locked until the transaction ends; else a CONFLICT. */
export async function lockTrainingRun(client: PoolClient, claim: TrainingClaim): Promise<CatalogueId> {
  const [row] = await execute(client, lockSql, claim.id, claim.attempt);
  if (!row) throw lostClaim(claim);
  return catalogueId(row.catalogue_id);
}

const lostClaim = ({ id, attempt }: TrainingClaim) =>
  new KindlingError('CONFLICT', `Training run ${id} is no longer that of attempt ${attempt}.`);

/** Workers and the console look at once, instead of within a second. */
const wake = (client: PoolClient, catalogue: CatalogueId) =>
  client.query('SELECT pg_notify($1, $2)', [changeChannel, catalogue]);

interface RunRow {
  readonly id: string;
  readonly number: number;
  readonly catalogue_id: string;
  readonly status: TrainingStatus;
  readonly trigger: TrainingTrigger;
  readonly stage: TrainingStage | null;
  readonly done: number;
  readonly total: number;
  readonly attempt: number;
  readonly faults: number;
  readonly requested_by: string;
  readonly error_code: ErrorCode | null;
  readonly error: string | null;
  readonly model_id: string | null;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly baselines: boolean;
}
const columns = `number::float8 AS number, id, catalogue_id, status, trigger, stage, done, total, attempt, faults,
  requested_by, error_code, error, model_id, created_at, started_at, finished_at, baselines`;
const mine = `id = $1::uuid AND attempt = $2 AND status = 'RUNNING'`;

/** Of a catalogue: what people did with items. That they were shown some teaches a training nothing. */
export const countedEvents = (catalogue: string) =>
  `(SELECT coalesce(sum(events), 0) FROM item_day WHERE catalogue_id = ${catalogue} AND type <> 'IMPRESSION')`;

const insertSql = statement<RunRow, [string, CatalogueId, TrainingTrigger, string, boolean]>(
  'training-start',
  `INSERT INTO training_run (id, catalogue_id, trigger, requested_by, baselines, counted_events)
   SELECT $1, $2, $3, $4, $5, ${countedEvents('$2')}
   ON CONFLICT (catalogue_id) WHERE status IN ('QUEUED', 'RUNNING') DO NOTHING RETURNING ${columns}`,
);
const openSql = statement<RunRow, [CatalogueId]>(
  'training-open',
  `SELECT ${columns} FROM training_run WHERE catalogue_id = $1 AND status IN ('QUEUED', 'RUNNING')`,
);
const oneSql = statement<RunRow, [CatalogueId, string]>(
  'training-one',
  `SELECT ${columns} FROM training_run WHERE catalogue_id = $1 AND id = $2::uuid`,
);
const pageSql = statement<RunRow, [CatalogueId, number | null, number]>(
  'training-page',
  `SELECT ${columns} FROM training_run
   WHERE catalogue_id = $1 AND ($2::bigint IS NULL OR training_run.number < $2::bigint)
   ORDER BY training_run.number DESC LIMIT $3`,
);
const waitingSql = statement<{ id: string }, [number]>(
  'training-waiting',
  `SELECT id FROM training_run WHERE status = 'QUEUED' OR (status = 'RUNNING' AND lease_until < now())
   ORDER BY number LIMIT $1`,
);
const claimSql = statement<RunRow, [string, number]>(
  'training-claim',
  `UPDATE training_run SET status = 'RUNNING', stage = NULL, done = 0, total = 0, attempt = attempt + 1,
     faults = faults + CASE WHEN status = 'RUNNING' THEN 1 ELSE 0 END,
     started_at = coalesce(started_at, now()), lease_until = now() + $2::float8 * interval '1 millisecond'
   WHERE id = $1::uuid AND (status = 'QUEUED' OR (status = 'RUNNING' AND lease_until < now()))
   RETURNING ${columns}`,
);
const progressSql = statement<{ id: string }, [string, number, TrainingStage, number, number, number]>(
  'training-progress',
  `UPDATE training_run SET stage = $3, done = $4, total = $5,
     lease_until = now() + $6::float8 * interval '1 millisecond'
   WHERE ${mine} RETURNING id`,
);
type EndedRow = Pick<RunRow, 'id' | 'catalogue_id' | 'model_id' | 'trigger'>;
const ended = 'RETURNING id, catalogue_id, model_id, trigger';
const failSql = statement<EndedRow, [string, number, ErrorCode, string]>(
  'training-fail',
  `UPDATE training_run SET status = 'FAILED', error_code = $3, error = $4, finished_at = now(), lease_until = NULL
   WHERE ${mine} ${ended}`,
);
const releaseSql = statement<{ faults: number }, [string, number, number, ErrorCode | null, string | null]>(
  'training-release',
  `UPDATE training_run SET status = 'QUEUED', faults = faults + $3, lease_until = NULL,
     error_code = coalesce($4, error_code), error = coalesce($5, error)
   WHERE ${mine} RETURNING faults`,
);
const giveUpSql = statement<EndedRow, [string, number]>(
  'training-give-up',
  `UPDATE training_run SET status = 'FAILED', finished_at = now()
   WHERE id = $1::uuid AND attempt = $2 AND status = 'QUEUED' ${ended}`,
);
const cancelSql = statement<RunRow, [CatalogueId, string]>(
  'training-cancel',
  `UPDATE training_run SET status = 'CANCELLED', finished_at = now(), lease_until = NULL
   WHERE catalogue_id = $1 AND id = $2::uuid AND status IN ('QUEUED', 'RUNNING') RETURNING ${columns}`,
);
const finishSql = statement<EndedRow, [string, number, string]>(
  'training-finish',
  `UPDATE training_run SET status = 'SUCCEEDED', model_id = $3::uuid, stage = 'REGISTER', done = 1, total = 1, error_code = NULL, error = NULL,
     finished_at = now(), lease_until = NULL
   WHERE ${mine} ${ended}`,
);
const lockSql = statement<{ catalogue_id: string }, [string, number]>(
  'training-lock',
  `SELECT catalogue_id FROM training_run WHERE ${mine} FOR UPDATE`,
);

const runOf = (row: RunRow): TrainingRun => ({
  id: row.id,
  number: row.number,
  catalogue: catalogueId(row.catalogue_id),
  status: row.status,
  trigger: row.trigger,
  baselines: row.baselines,
  stage: row.stage,
  done: row.done,
  total: row.total,
  attempt: row.attempt,
  faults: row.faults,
  requestedBy: row.requested_by,
  errorCode: row.error_code,
  error: row.error,
  modelId: row.model_id,
  createdAt: row.created_at,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
});
