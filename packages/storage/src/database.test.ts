import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPool, execute, type Pool, statement, transaction } from './database.js';
import { createTestDatabase, type TestDatabase } from './embedded-postgres/index.js';

let database: TestDatabase;
let pool: Pool;
let errors: Error[];

beforeEach(async () => {
  database = await createTestDatabase({ migrated: false });
  errors = [];
  pool = createPool({
    databaseUrl: database.databaseUrl,
    applicationName: 'database-test',
    statementTimeoutMs: 500,
    onError: (error) => errors.push(error),
  });
  await pool.query('CREATE TABLE counter (name text PRIMARY KEY, count int NOT NULL)');
});
afterEach(async () => {
  await pool.end();
  await database.drop();
});

const insertCounter = statement<{ count: number }, [name: string, count: number]>(
  'insert-counter',
  'INSERT INTO counter VALUES ($1, $2) RETURNING count',
);
const names = async () =>
  (await pool.query('SELECT name FROM counter ORDER BY name')).rows.map((row) => row.name);
const endEverySession = async () => {
  const admin = createPool({ databaseUrl: database.databaseUrl, applicationName: 'admin' });
  await admin.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'database-test'",
  );
  await admin.end();
};

test('a transaction is committed when its work resolves', async () => {
  const rows = await transaction(pool, (client) => execute(client, insertCounter, 'a', 1));
  expect(rows).toEqual([{ count: 1 }]);
  expect(await names()).toEqual(['a']);
});

test('a transaction is rolled back when its work throws, and the error is the one thrown', async () => {
  const failing = transaction(pool, async (client) => {
    await execute(client, insertCounter, 'a', 1);
    throw new Error('changed my mind');
  });
  await expect(failing).rejects.toThrow('changed my mind');
  expect(await names()).toEqual([]);
});

test('a connection lost inside a transaction fails that transaction only', async () => {
  const failing = transaction(pool, async (client) => {
    await execute(client, insertCounter, 'a', 1);
    await endEverySession();
    await execute(client, insertCounter, 'b', 1);
  });
  await expect(failing).rejects.toThrow();
  expect(await names()).toEqual([]);
  expect(errors.length).toBeGreaterThan(0);
});

test('connections lost while idle are reported and replaced', async () => {
  await Promise.all([pool.query('SELECT 1'), pool.query('SELECT 1')]);
  await endEverySession();
  while (pool.totalCount > 0) await new Promise(setImmediate);
  expect(errors.length).toBeGreaterThan(0);
  expect(await names()).toEqual([]);
});

test('a statement that takes too long is ended by the server', async () => {
  await expect(pool.query('SELECT pg_sleep(20)')).rejects.toThrow(/statement timeout/);
});
