import { randomUUID } from 'node:crypto';
import { type CatalogueId, KindlingError } from '@kindling/domain';
import { appendAudit } from './audit-store.js';
import { changeChannel } from './change-sequence.js';
import { execute, type Pool, type PoolClient, type Queryable, statement, transaction } from './database.js';
import {
  evaluationRunColumns as columns,
  type EvaluationResult,
  type EvaluationResultRow,
  type EvaluationRun,
  type EvaluationRunRow,
  type EvaluationSplit,
  evaluationResult,
  evaluationRun,
} from './evaluation-run.js';

/*
 * The side of those who ask for an evaluation and read it. What workers write: evaluation-work-store.ts.
 */

export interface WantedEvaluation {
  readonly splits: readonly EvaluationSplit[];
  readonly seeds: number;
  readonly people: number;
  readonly actor: string;
  readonly note?: string;
}

/**
 * Asks for an evaluation. While one is open (waits or runs), asking for the same is answered with that one and adds
 * nothing; asking for another is a CONFLICT.
 */
export async function startEvaluationRun(
  pool: Pool,
  catalogue: CatalogueId,
  { splits, seeds, people, actor, note }: WantedEvaluation,
): Promise<{ readonly run: EvaluationRun; readonly started: boolean }> {
  const wanted = [...new Set(splits)];
  return transaction(pool, async (client) => {
    // two rounds: the open run may end between the two looks
    for (let round = 0; round < 2; round++) {
      const [made] = await execute(client, insertSql, randomUUID(), catalogue, wanted, seeds, people, actor);
      if (made) {
        await appendAudit(client, {
          catalogue,
          actor,
          action: 'evaluation.start',
          target: made.id,
          detail: { splits: wanted, seeds, people, ...(note !== undefined && { note }) },
        });
        await wake(client, catalogue);
        return { run: evaluationRun(made), started: true };
      }
      const [open] = await execute(client, openSql, catalogue);
      if (!open) continue;
      const isSame =
        open.seeds === seeds && open.people === people && `${[...open.splits].sort()}` === `${wanted.sort()}`;
      if (isSame) return { run: evaluationRun(open), started: false };
      throw new KindlingError(
        'CONFLICT',
        `Another evaluation (${open.id}) is not over yet: wait for it, or cancel it.`,
      );
    }
    throw new KindlingError('CONFLICT', 'Another evaluation has just ended: start again.');
  });
}

/** Ends an open run; its worker hears of it at its next sign of life. A run that is over is a CONFLICT. */
export async function cancelEvaluationRun(
  pool: Pool,
  catalogue: CatalogueId,
  id: string,
  actor: string,
): Promise<EvaluationRun> {
  return transaction(pool, async (client) => {
    const [row] = await execute(client, cancelSql, catalogue, id);
    if (!row) {
      const found = await findEvaluationRun(client, catalogue, id);
      if (!found) throw new KindlingError('NOT_FOUND', `There is no evaluation ${id} in this catalogue.`);
      throw new KindlingError('CONFLICT', `The evaluation is over already (${found.status}).`);
    }
    await appendAudit(client, { catalogue, actor, action: 'evaluation.cancel', target: id });
    await wake(client, catalogue);
    return evaluationRun(row);
  });
}

export async function findEvaluationRun(
  db: Queryable,
  catalogue: CatalogueId,
  id: string,
): Promise<EvaluationRun | null> {
  const [row] = await execute(db, oneSql, catalogue, id);
  return row ? evaluationRun(row) : null;
}

/** Newest first. `before` is the number of the last run seen. */
export async function listEvaluationRuns(
  db: Queryable,
  catalogue: CatalogueId,
  { first, before }: { readonly first: number; readonly before: number | null },
): Promise<readonly EvaluationRun[]> {
  return (await execute(db, pageSql, catalogue, before, first)).map(evaluationRun);
}

/** What is judged so far of each of these runs, in the order in which it was asked for. */
export async function listEvaluationResults(
  db: Queryable,
  catalogue: CatalogueId,
  runs: readonly string[],
): Promise<ReadonlyMap<string, readonly EvaluationResult[]>> {
  const found = new Map<string, EvaluationResult[]>(runs.map((id) => [id, []]));
  for (const row of await execute(db, resultsSql, catalogue, runs)) {
    found.get(row.run_id)?.push(evaluationResult(row));
  }
  return found;
}

/** Workers and the console look at once, instead of within a second. */
const wake = (client: PoolClient, catalogue: CatalogueId) =>
  client.query('SELECT pg_notify($1, $2)', [changeChannel, catalogue]);

const insertSql = statement<
  EvaluationRunRow,
  [string, CatalogueId, readonly EvaluationSplit[], number, number, string]
>(
  'evaluation-start',
  `INSERT INTO evaluation_run (id, catalogue_id, splits, seeds, people, requested_by, total)
   VALUES ($1, $2, $3, $4, $5, $6, 100 * cardinality($3::text[]))
   ON CONFLICT (catalogue_id) WHERE status IN ('QUEUED', 'RUNNING') DO NOTHING RETURNING ${columns}`,
);
const openSql = statement<EvaluationRunRow, [CatalogueId]>(
  'evaluation-open',
  `SELECT ${columns} FROM evaluation_run WHERE catalogue_id = $1 AND status IN ('QUEUED', 'RUNNING')`,
);
const oneSql = statement<EvaluationRunRow, [CatalogueId, string]>(
  'evaluation-one',
  `SELECT ${columns} FROM evaluation_run WHERE catalogue_id = $1 AND id = $2::uuid`,
);
const pageSql = statement<EvaluationRunRow, [CatalogueId, number | null, number]>(
  'evaluation-page',
  `SELECT ${columns} FROM evaluation_run
   WHERE catalogue_id = $1 AND ($2::bigint IS NULL OR evaluation_run.number < $2::bigint)
   ORDER BY evaluation_run.number DESC LIMIT $3`,
);
const resultsSql = statement<EvaluationResultRow, [CatalogueId, readonly string[]]>(
  'evaluation-results',
  `SELECT r.run_id, r.split, r.result, r.problem
   FROM evaluation_run AS e JOIN evaluation_result AS r ON r.run_id = e.id
   WHERE e.catalogue_id = $1 AND e.id = ANY ($2::uuid[])
   ORDER BY array_position(e.splits, r.split)`,
);
const cancelSql = statement<EvaluationRunRow, [CatalogueId, string]>(
  'evaluation-cancel',
  `UPDATE evaluation_run SET status = 'CANCELLED', finished_at = now(), lease_until = NULL
   WHERE catalogue_id = $1 AND id = $2::uuid AND status IN ('QUEUED', 'RUNNING') RETURNING ${columns}`,
);
