import { type CatalogueId, catalogueId, type ErrorCode, KindlingError } from '@kindling/domain';
import { execute, type Pool, type PoolClient, statement, transaction } from './database.js';
import {
  evaluationRunColumns as columns,
  type EvaluationRun,
  type EvaluationRunData,
  type EvaluationRunRow,
  type EvaluationSplit,
  evaluationRun,
  type SplitEvaluation,
} from './evaluation-run.js';
import { jsonParameter } from './json-parameter.js';

/*
 * The worker's side of an evaluation: a lease that each report prolongs, and an attempt that fences an earlier worker
 * off, as trainings have. A split that is stored stays: whoever takes the run up again goes on with the next one.
 */

/** Who may write to a run: the worker that took it up last. */
export interface EvaluationClaim {
  readonly id: string;
  readonly attempt: number;
}

/** A run whose workers die or fail this many times has failed. */
export const maximumEvaluationFaults = 3;
/** A catalogue keeps so many evaluations; older ones go. */
const keptRuns = 100;

/** Runs that need a worker: those that wait, and those whose worker has given no sign of life for its lease. */
export async function findWaitingEvaluationRuns(pool: Pool, limit = 100): Promise<readonly string[]> {
  return (await execute(pool, waitingSql, limit)).map(({ id }) => id);
}

/** Takes up a run for one lease at a time; null when it is over, another worker has it, or it kills its workers. */
export async function claimEvaluationRun(
  pool: Pool,
  id: string,
  leaseMs: number,
): Promise<EvaluationRun | null> {
  const [row] = await execute(pool, claimSql, id, leaseMs);
  if (!row) return null;
  if (row.faults < maximumEvaluationFaults) return evaluationRun(row);
  await failEvaluationRun(
    pool,
    { id, attempt: row.attempt },
    {
      code: 'INTERNAL',
      message: `The worker died ${row.faults} times while it evaluated, most likely for want of memory: give the worker more, or shorten the time from which events are taken.`,
    },
  );
  return null;
}

export interface EvaluationProgress {
  readonly split: EvaluationSplit | null;
  readonly seed: number | null;
  readonly method: string | null;
  /** Hundredths of a split. */
  readonly done: number;
}

/** A sign of life. False when the run is no longer this worker's: nothing was written, and it is to stop. */
export async function reportEvaluationProgress(
  pool: Pool,
  { id, attempt }: EvaluationClaim,
  { split, seed, method, done }: EvaluationProgress,
  leaseMs: number,
): Promise<boolean> {
  const rows = await execute(pool, progressSql, id, attempt, split, seed, method, done, leaseMs);
  return rows.length > 0;
}

/** The splits that an earlier attempt, or this one, has judged. */
export async function judgedSplits(
  pool: Pool,
  { id }: EvaluationClaim,
): Promise<ReadonlySet<EvaluationSplit>> {
  return new Set((await execute(pool, judgedSql, id)).map(({ split }) => split));
}

/** Stores what a split has shown, or why it could judge nobody. A worker that has lost the run gets a CONFLICT. */
export async function storeEvaluationResult(
  pool: Pool,
  claim: EvaluationClaim,
  {
    split,
    ...told
  }: { readonly split: EvaluationSplit } & (
    | { readonly result: SplitEvaluation }
    | { readonly problem: string }
  ),
): Promise<void> {
  await transaction(pool, async (client) => {
    await lockRun(client, claim);
    const result = 'result' in told ? jsonParameter(told.result) : null;
    await execute(client, resultSql, claim.id, split, result, 'problem' in told ? told.problem : null);
  });
}

export interface EvaluationEnd {
  readonly data: EvaluationRunData;
  readonly cpuSeconds: number;
  readonly peakMemoryBytes: number;
}

/** Ends the run: SUCCEEDED where any split could judge somebody, else FAILED with what the splits said. */
export async function finishEvaluationRun(
  pool: Pool,
  claim: EvaluationClaim,
  { data, cpuSeconds, peakMemoryBytes }: EvaluationEnd,
): Promise<void> {
  await transaction(pool, async (client) => {
    await lockRun(client, claim);
    const [row] = await execute(
      client,
      finishSql,
      claim.id,
      claim.attempt,
      jsonParameter(data),
      cpuSeconds,
      Math.round(peakMemoryBytes),
    );
    if (!row) throw lost(claim);
    await execute(client, pruneSql, catalogueId(row.catalogue_id), keptRuns);
  });
}

/** Ends the run for good; what was judged stays. False when it was no longer this worker's. */
export async function failEvaluationRun(
  pool: Pool,
  { id, attempt }: EvaluationClaim,
  { code, message }: { readonly code: ErrorCode; readonly message: string },
): Promise<boolean> {
  return (await execute(pool, failSql, id, attempt, code, message)).length > 0;
}

/** Gives a run back, for any worker. `fault` says what went wrong, and counts; null: the worker is merely stopping. */
export async function releaseEvaluationRun(
  pool: Pool,
  { id, attempt }: EvaluationClaim,
  fault: { readonly code: ErrorCode; readonly message: string } | null,
): Promise<void> {
  const counts = fault === null ? 0 : 1;
  const { code = null, message = null } = fault ?? {};
  await execute(pool, releaseSql, id, attempt, counts, code, message, maximumEvaluationFaults);
}

async function lockRun(client: PoolClient, claim: EvaluationClaim): Promise<void> {
  const [row] = await execute(client, lockSql, claim.id, claim.attempt);
  if (!row) throw lost(claim);
}

const lost = ({ id, attempt }: EvaluationClaim) =>
  new KindlingError('CONFLICT', `Evaluation ${id} is no longer that of attempt ${attempt}.`);

const mine = `id = $1::uuid AND attempt = $2 AND status = 'RUNNING'`;
const nothingNow = 'split = NULL, seed = NULL, method = NULL, lease_until = NULL';

const waitingSql = statement<{ id: string }, [number]>(
  'evaluation-waiting',
  `SELECT id FROM evaluation_run WHERE status = 'QUEUED' OR (status = 'RUNNING' AND lease_until < now())
   ORDER BY number LIMIT $1`,
);
const claimSql = statement<EvaluationRunRow, [string, number]>(
  'evaluation-claim',
  `UPDATE evaluation_run SET status = 'RUNNING', split = NULL, seed = NULL, method = NULL, attempt = attempt + 1,
     faults = faults + CASE WHEN status = 'RUNNING' THEN 1 ELSE 0 END,
     started_at = coalesce(started_at, now()), lease_until = now() + $2::float8 * interval '1 millisecond'
   WHERE id = $1::uuid AND (status = 'QUEUED' OR (status = 'RUNNING' AND lease_until < now()))
   RETURNING ${columns}`,
);
const progressSql = statement<
  { id: string },
  [string, number, EvaluationSplit | null, number | null, string | null, number, number]
>(
  'evaluation-progress',
  `UPDATE evaluation_run SET split = $3, seed = $4, method = $5, done = $6,
     lease_until = now() + $7::float8 * interval '1 millisecond'
   WHERE ${mine} RETURNING id`,
);
const judgedSql = statement<{ split: EvaluationSplit }, [string]>(
  'evaluation-judged',
  'SELECT split FROM evaluation_result WHERE run_id = $1::uuid',
);
const lockSql = statement<{ id: string }, [string, number]>(
  'evaluation-lock',
  `SELECT id FROM evaluation_run WHERE ${mine} FOR UPDATE`,
);
const resultSql = statement<never, [string, EvaluationSplit, string | null, string | null]>(
  'evaluation-result',
  'INSERT INTO evaluation_result (run_id, split, result, problem) VALUES ($1::uuid, $2, $3::jsonb, $4)',
);
const finishSql = statement<{ catalogue_id: string }, [string, number, string, number, number]>(
  'evaluation-finish',
  `UPDATE evaluation_run AS e SET status = CASE WHEN found.judged > 0 THEN 'SUCCEEDED' ELSE 'FAILED' END,
     error_code = CASE WHEN found.judged > 0 THEN NULL ELSE 'BAD_INPUT' END,
     error = CASE WHEN found.judged > 0 THEN NULL ELSE found.problems END,
     data = $3::jsonb, cpu_seconds = $4, peak_memory_bytes = $5, done = total, finished_at = now(), ${nothingNow}
   FROM (SELECT count(result) AS judged, string_agg(problem, ' ' ORDER BY split) AS problems
         FROM evaluation_result WHERE run_id = $1::uuid) AS found
   WHERE e.${mine.replaceAll(' AND ', ' AND e.')} RETURNING e.catalogue_id`,
);
const pruneSql = statement<never, [CatalogueId, number]>(
  'evaluation-prune',
  `DELETE FROM evaluation_run WHERE catalogue_id = $1 AND number <= (
     SELECT number FROM evaluation_run WHERE catalogue_id = $1 ORDER BY number DESC OFFSET $2 LIMIT 1)`,
);
const failSql = statement<{ id: string }, [string, number, ErrorCode, string]>(
  'evaluation-fail',
  `UPDATE evaluation_run SET status = 'FAILED', error_code = $3, error = $4, finished_at = now(), ${nothingNow}
   WHERE ${mine} RETURNING id`,
);
const releaseSql = statement<never, [string, number, number, ErrorCode | null, string | null, number]>(
  'evaluation-release',
  `UPDATE evaluation_run SET faults = faults + $3, error_code = coalesce($4, error_code),
     error = coalesce($5, error), ${nothingNow},
     status = CASE WHEN faults + $3 >= $6 THEN 'FAILED' ELSE 'QUEUED' END,
     finished_at = CASE WHEN faults + $3 >= $6 THEN now() END
   WHERE ${mine}`,
);
