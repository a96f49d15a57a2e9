import { randomBytes } from 'node:crypto';
import { type CatalogueId, KindlingError } from '@kindling/domain';
import type { ExperimentDefinition } from '@kindling/experiments';
import { appendAudit } from './audit-store.js';
import { execute, type Pool, type Queryable, statement, transaction } from './database.js';
import { type Experiment, type ExperimentRow, experimentColumns, experimentOf } from './experiment-row.js';

/**
 * Makes a draft: of a new experiment (`expectedVersion` 0), or the next version of one, which may be running. What
 * runs stays as it is until the new version starts. Somebody was faster: CONFLICT.
 */
export async function createExperiment(
  pool: Pool,
  catalogue: CatalogueId,
  key: string,
  definition: ExperimentDefinition,
  expectedVersion: number,
  actor: string,
): Promise<Experiment> {
  return transaction(pool, async (client) => {
    const token = () => randomBytes(16).toString('hex');
    const body = JSON.stringify(definition);
    const made = await execute(
      client,
      createSql,
      catalogue,
      key,
      expectedVersion,
      body,
      token(),
      token(),
      actor,
    );
    const [row] = made;
    if (!row) {
      throw new KindlingError(
        'CONFLICT',
        `Experiment "${key}" is not at version ${expectedVersion} any more: load it again, then save`,
        { field: 'expectedVersion' },
      );
    }
    await appendAudit(client, {
      catalogue,
      actor,
      action: 'experiment.create',
      target: key,
      detail: { version: row.version },
    });
    return experimentOf(row);
  });
}

/** The newest version of every experiment, the newest first; `after` is the number of the last one seen. */
export async function listExperiments(
  db: Queryable,
  catalogue: CatalogueId,
  limit: number,
  after: number | null,
): Promise<readonly Experiment[]> {
  return (await execute(db, listSql, catalogue, after, limit)).map(experimentOf);
}

/** The newest started version of every experiment that somebody has still to decide on, the newest first. */
export async function listOpenExperiments(
  db: Queryable,
  catalogue: CatalogueId,
  limit: number,
): Promise<readonly Experiment[]> {
  return (await execute(db, openSql, catalogue, limit)).map(experimentOf);
}

/** A version of an experiment; the newest one when it is null. */
export async function findExperiment(
  db: Queryable,
  catalogue: CatalogueId,
  key: string,
  version: number | null = null,
): Promise<Experiment | null> {
  const [row] = await execute(db, findSql, catalogue, key, version);
  return row ? experimentOf(row) : null;
}

/** The version of an experiment that was the newest one started at that time; null when none was. */
export async function findExperimentAt(
  db: Queryable,
  catalogue: CatalogueId,
  key: string,
  at: Date,
): Promise<Experiment | null> {
  const [row] = await execute(db, findAtSql, catalogue, key, at);
  return row ? experimentOf(row) : null;
}

export async function expectExperiment(
  db: Queryable,
  catalogue: CatalogueId,
  key: string,
  version: number | null = null,
): Promise<Experiment> {
  const found = await findExperiment(db, catalogue, key, version);
  if (found) return found;
  const which = version === null ? '' : ` of version ${version}`;
  throw new KindlingError('NOT_FOUND', `There is no experiment "${key}"${which}`, { field: 'key' });
}

/** One that runs, by its number; null when it does not, or there is none. */
export async function findRunningExperiment(db: Queryable, number: number): Promise<Experiment | null> {
  const [row] = await execute(db, runningOneSql, number);
  return row ? experimentOf(row) : null;
}

/** What requests need to know. */
export async function listRunningExperiments(
  db: Queryable,
  catalogue: CatalogueId,
): Promise<readonly Experiment[]> {
  return (await execute(db, runningSql, catalogue)).map(experimentOf);
}

const runningOneSql = statement<ExperimentRow, [number]>(
  'experiment-running-one',
  `SELECT ${experimentColumns} FROM experiment WHERE number = $1::bigint AND status = 'RUNNING'`,
);
const createSql = statement<ExperimentRow, [CatalogueId, string, number, string, string, string, string]>(
  'experiment-create',
  `INSERT INTO experiment (catalogue_id, key, version, definition, salt, secret, created_by)
   SELECT $1, $2, $3::int + 1, $4::jsonb, $5, $6, $7
   WHERE coalesce((SELECT max(version) FROM experiment WHERE catalogue_id = $1 AND key = $2), 0) = $3::int
   ON CONFLICT DO NOTHING RETURNING ${experimentColumns}`,
);
const listSql = statement<ExperimentRow, [CatalogueId, number | null, number]>(
  'experiment-list',
  `SELECT ${experimentColumns} FROM experiment AS e WHERE catalogue_id = $1
     AND ($2::bigint IS NULL OR number < $2::bigint)
     AND version = (SELECT max(version) FROM experiment WHERE catalogue_id = $1 AND key = e.key)
   ORDER BY e.number DESC LIMIT $3`,
);
const openSql = statement<ExperimentRow, [CatalogueId, number]>(
  'experiment-open',
  `SELECT ${experimentColumns} FROM experiment AS e WHERE catalogue_id = $1 AND status IN ('RUNNING', 'STOPPED')
     AND version = (SELECT max(version) FROM experiment WHERE catalogue_id = $1 AND key = e.key AND started_at IS NOT NULL)
   ORDER BY e.number DESC LIMIT $2`,
);
const findSql = statement<ExperimentRow, [CatalogueId, string, number | null]>(
  'experiment-find',
  `SELECT ${experimentColumns} FROM experiment WHERE catalogue_id = $1 AND key = $2
     AND ($3::int IS NULL OR version = $3::int) ORDER BY version DESC LIMIT 1`,
);
const findAtSql = statement<ExperimentRow, [CatalogueId, string, Date]>(
  'experiment-find-at',
  `SELECT ${experimentColumns} FROM experiment WHERE catalogue_id = $1 AND key = $2 AND started_at <= $3
   ORDER BY version DESC LIMIT 1`,
);
const runningSql = statement<ExperimentRow, [CatalogueId]>(
  'experiment-running',
  `SELECT ${experimentColumns} FROM experiment WHERE catalogue_id = $1 AND status = 'RUNNING' ORDER BY key`,
);
