import { type CatalogueId, type JsonObject, KindlingError } from '@kindling/domain';
import type { AuditAction } from './audit-actions.js';
import { appendAudit } from './audit-store.js';
import { execute, type Pool, type PoolClient, type Queryable, statement, transaction } from './database.js';
import { type Experiment, type ExperimentRow, experimentColumns, experimentOf } from './experiment-row.js';
import { expectExperiment } from './experiment-store.js';

/*
 * DRAFT → RUNNING → STOPPED → DECIDED. Every step is one transaction with its audit entry, one at a time in a
 * catalogue; a step from another status than the one it needs is a CONFLICT.
 */

export function step<Result>(
  pool: Pool,
  catalogue: CatalogueId,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  return transaction(pool, async (client) => {
    await execute(client, lockSql, catalogue);
    return work(client);
  });
}

export async function stop(client: PoolClient, experiment: Experiment, reason: string, actor: string) {
  const [row] = await execute(client, stopSql, experiment.number, reason);
  await audit(client, experiment, actor, 'experiment.stop', { reason });
  return updated(row);
}

/** The version that runs or ran last: a draft of a next version does not stand in the way. */
export async function expectStartedExperiment(
  client: Queryable,
  catalogue: CatalogueId,
  key: string,
): Promise<Experiment> {
  const [row] = await execute(client, startedSql, catalogue, key);
  return row ? experimentOf(row) : expectExperiment(client, catalogue, key);
}

export const wrongStatus = ({ key, version, status }: Experiment, what: string, next: string) =>
  new KindlingError(
    'CONFLICT',
    `Version ${version} of "${key}" is ${status} and cannot be ${what}: ${next}`,
    {
      field: 'key',
    },
  );

export const audit = (
  client: PoolClient,
  { catalogue, key, version }: Experiment,
  actor: string,
  action: AuditAction,
  detail: JsonObject,
) => appendAudit(client, { catalogue, actor, action, target: key, detail: { version, ...detail } });

export function updated(row: ExperimentRow | undefined): Experiment {
  if (row) return experimentOf(row);
  throw new KindlingError('CONFLICT', 'The experiment was changed at the same moment: load it again');
}

export const change = (name: string, set: string, from: string) => ({
  name,
  text: `UPDATE experiment SET ${set}, revision = revision + 1 WHERE number = $1::bigint AND status = '${from}'
         RETURNING ${experimentColumns}`,
});
export const typed = <Values extends readonly unknown[]>({ name, text }: { name: string; text: string }) =>
  statement<ExperimentRow, Values>(name, text);
const stopSql = typed<[number, string]>(
  change(
    'experiment-stop',
    `status = 'STOPPED', stop_reason = $2, stopped_at = clock_timestamp()`,
    'RUNNING',
  ),
);
const lockSql = statement<never, [CatalogueId]>(
  'experiment-lock',
  `SELECT pg_advisory_xact_lock(hashtextextended('kindling experiments ' || $1::text, 0))`,
);
const startedSql = statement<ExperimentRow, [CatalogueId, string]>(
  'experiment-started',
  `SELECT ${experimentColumns} FROM experiment WHERE catalogue_id = $1 AND key = $2 AND status <> 'DRAFT'
   ORDER BY version DESC LIMIT 1`,
);
