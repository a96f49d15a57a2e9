import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KindlingError } from '@kindling/domain';
import pg from 'pg';

export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** sha256 of the file, in hex, as Prisma writes it */
  readonly checksum: string;
}

export interface MigrateOptions {
  readonly databaseUrl: string;
  readonly folder?: string;
  readonly onApplied?: (name: string) => void;
  /** How long to wait for another process that migrates the same database. */
  readonly lockTimeoutMs?: number;
}

const defaultFolder = fileURLToPath(new URL('../../../prisma/migrations', import.meta.url));

/** The lock that Prisma's own engine takes, so that the two never migrate at once. */
const lockNumber = 72707369;

/** What is on disk, in the order in which it is applied. */
export function readMigrations(folder: string = defaultFolder): Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'migration.sql')))
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const bytes = readFileSync(join(folder, name, 'migration.sql'));
      return {
        name,
        sql: bytes.toString('utf8'),
        checksum: createHash('sha256').update(bytes).digest('hex'),
      };
    });
}

/**
 * Applies what is missing, in order, and returns the names. A migration and its line in `_prisma_migrations`
 * are one transaction: killed at any moment, it is applied whole or not at all, and running again is safe.
 * The history is the one that `prisma migrate deploy` keeps, so either may go on from where the other was.
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const migrations = readMigrations(options.folder);
  const client = new pg.Client({
    connectionString: options.databaseUrl,
    application_name: 'kindling-migrate',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => {});
  await client.connect();
  try {
    await takeLock(client, options.lockTimeoutMs ?? 60_000);
    await client.query(historyTable);
    const pending = findPending(migrations, await readHistory(client));
    for (const migration of pending) {
      await apply(client, migration);
      options.onApplied?.(migration.name);
    }
    return pending.map(({ name }) => name);
  } finally {
    // ends the session, and with it the lock
    await client.end().catch(() => {});
  }
}

const historyTable = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                   VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum             VARCHAR(64) NOT NULL,
    finished_at          TIMESTAMPTZ,
    migration_name       VARCHAR(255) NOT NULL,
    logs                 TEXT,
    rolled_back_at       TIMESTAMPTZ,
    started_at           TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count  INTEGER NOT NULL DEFAULT 0
  )`;

interface HistoryRow {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
}

async function readHistory(client: pg.Client): Promise<HistoryRow[]> {
  const { rows } = await client.query<HistoryRow>(
    'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
  );
  return rows;
}

async function takeLock(client: pg.Client, timeoutMs: number): Promise<void> {
  try {
    await client.query(`SET lock_timeout = ${Math.round(timeoutMs)}`);
    await client.query('SELECT pg_advisory_lock($1)', [lockNumber]);
    await client.query('SET lock_timeout = 0');
  } catch (cause) {
    throw new KindlingError(
      'CONFLICT',
      `Another process has been migrating this database for ${timeoutMs / 1000} s. Wait for it, or end its ` +
        "session (application_name 'kindling-migrate' in pg_stat_activity), and start again.",
      { cause },
    );
  }
}

function findPending(migrations: readonly Migration[], history: readonly HistoryRow[]): Migration[] {
  const byName = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const row of history) {
    const migration = byName.get(row.migration_name);
    if (row.finished_at === null) {
      throw new KindlingError(
        'CONFLICT',
        `Migration ${row.migration_name} failed half-way under another tool. Repair the database, then mark it ` +
          'with "prisma migrate resolve --applied" or "--rolled-back", and start again.',
      );
    }
    if (migration === undefined) {
      throw new KindlingError(
        'CONFLICT',
        `The database has migration ${row.migration_name}, which this checkout does not know: it belongs to a ` +
          'newer version. Update the checkout, or use another database.',
      );
    }
    if (migration.checksum !== row.checksum) {
      throw new KindlingError(
        'CONFLICT',
        `Migration ${row.migration_name} was changed after it was applied to this database. Restore the file ` +
          `prisma/migrations/${row.migration_name}/migration.sql and put the change into a new migration.`,
      );
    }
  }
  const applied = new Set(history.map((row) => row.migration_name));
  return migrations.filter(({ name }) => !applied.has(name));
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query(
      'INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at) VALUES ($1, $2, $3, clock_timestamp())',
      [randomUUID(), checksum, name],
    );
    // without parameters, so that the file may hold many statements
    await client.query(sql);
    await client.query(
      'UPDATE _prisma_migrations SET finished_at = clock_timestamp(), applied_steps_count = 1 WHERE migration_name = $1 AND finished_at IS NULL',
      [name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => {});
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new KindlingError('INTERNAL', `Migration ${name} failed and was rolled back: ${message}`, {
      cause,
    });
  }
}
