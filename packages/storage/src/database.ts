import pg from 'pg';

export type Pool = pg.Pool;
export type PoolClient = pg.PoolClient;
/** Anything that runs SQL: a pool, or the one connection of a transaction. */
export type Queryable = Pick<pg.Pool, 'query'> | Pick<pg.PoolClient, 'query'>;

export interface PoolOptions {
  readonly databaseUrl: string;
  /** Shown in pg_stat_activity, so that an operator sees who holds a lock. */
  readonly applicationName: string;
  readonly maxConnections?: number;
  /** The server ends a statement after this time; 0 for none. */
  readonly statementTimeoutMs?: number;
  /** How long a caller waits for a free connection before it gets an error. */
  readonly connectionTimeoutMs?: number;
  /** Hears of connections that break while nobody uses them; the pool replaces them by itself. */
  readonly onError?: (error: Error) => void;
}

/** The one way to connect. A lost connection fails the query that used it, and never ends the process. */
export function createPool(options: PoolOptions): Pool {
  const statementTimeoutMs = options.statementTimeoutMs ?? 30_000;
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    application_name: options.applicationName,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: options.connectionTimeoutMs ?? 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    statement_timeout: statementTimeoutMs,
    // the client gives up later than the server, so it only speaks when the server has hung
    ...(statementTimeoutMs > 0 ? { query_timeout: statementTimeoutMs + 2_000 } : {}),
    idle_in_transaction_session_timeout: 60_000,
  });
  const onError = options.onError ?? (() => {});
  pool.on('error', onError);
  // The pool listens only to idle connections: one that breaks between two queries of a transaction would
  // otherwise raise an unhandled 'error' event and end the process.
  pool.on('connect', (client) => client.on('error', onError));
  return pool;
}

/**
 * SQL that the server parses and plans once a connection. `name` must be unique in the process; `Values` are
 * the types of $1, $2, …; `Row` is what comes back.
 */
export interface Statement<Row, Values extends readonly unknown[]> {
  readonly name: string;
  readonly text: string;
  /** Carries the types only. */
  readonly types?: { readonly row: Row; readonly values: Values };
}

export const statement = <Row, Values extends readonly unknown[] = []>(
  name: string,
  text: string,
): Statement<Row, Values> => ({ name, text });

export async function execute<Row, Values extends readonly unknown[]>(
  db: Queryable,
  { name, text }: Statement<Row, Values>,
  ...values: Values
): Promise<Row[]> {
  const result = await db.query({ name, text, values: [...values] });
  return result.rows;
}

/**
 * Runs `work` in one transaction: committed when it resolves, rolled back when it throws. A connection in an
 * unknown state is closed instead of going back to the pool.
 */
export async function transaction<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let broken = false;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {
      broken = true;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
