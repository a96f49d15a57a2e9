import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from './embedded-postgres/index.js';
import { migrate } from './migrations.js';

let folder: string;
let database: TestDatabase;
let client: pg.Client;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kindling-migrations-'));
  database = await createTestDatabase({ migrated: false });
  client = new pg.Client({ connectionString: database.databaseUrl });
  client.on('error', () => {});
  await client.connect();
});
afterEach(async () => {
  await client.end().catch(() => {});
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, sql: string): void {
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, 'migration.sql'), sql);
}
const run = () => migrate({ databaseUrl: database.databaseUrl, folder });
const rows = async (sql: string) => (await client.query(sql)).rows;
const tables = async () =>
  (
    await rows("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1")
  ).map((row) => row.table_name);

test('applies what is missing in order, once', async () => {
  write('2_second', 'ALTER TABLE a ADD COLUMN y int; CREATE TABLE b (x int);');
  write('1_first', 'CREATE TABLE a (x int);');
  expect(await run()).toEqual(['1_first', '2_second']);
  expect(await run()).toEqual([]);
  write('3_third', 'CREATE TABLE c (x int)');
  expect(await run()).toEqual(['3_third']);
  expect(await tables()).toEqual(['_prisma_migrations', 'a', 'b', 'c']);
});

test("keeps the history as Prisma's engine does", async () => {
  const sql = 'CREATE TABLE a (x int); -- ünïcödé\r\nINSERT INTO a VALUES (1);\n';
  write('1_first', sql);
  await run();
  expect(
    await rows(
      `SELECT length(id) AS id, checksum, migration_name, logs, rolled_back_at, applied_steps_count,
              finished_at >= started_at AS finished FROM _prisma_migrations`,
    ),
  ).toEqual([
    {
      id: 36,
      checksum: createHash('sha256').update(sql).digest('hex'),
      migration_name: '1_first',
      logs: null,
      rolled_back_at: null,
      applied_steps_count: 1,
      finished: true,
    },
  ]);
});

test('a failing migration leaves no trace, names itself, and can be mended and run again', async () => {
  write('1_first', 'CREATE TABLE a (x int);');
  write('2_broken', 'CREATE TABLE b (x int); CREATE TABLE a (x int);');
  await expect(run()).rejects.toThrow(
    'Migration 2_broken failed and was rolled back: relation "a" already exists',
  );
  expect(await tables()).toEqual(['_prisma_migrations', 'a']);
  write('2_broken', 'CREATE TABLE b (x int);');
  expect(await run()).toEqual(['2_broken']);
});

test('refuses when an applied migration was changed', async () => {
  write('1_first', 'CREATE TABLE a (x int);');
  await run();
  write('1_first', 'CREATE TABLE a (x bigint);');
  await expect(run()).rejects.toThrow(/1_first was changed after it was applied.*new migration/);
});

test('refuses a database of a newer version', async () => {
  write('1_first', 'CREATE TABLE a (x int);');
  write('2_second', 'CREATE TABLE b (x int);');
  await run();
  rmSync(join(folder, '2_second'), { recursive: true });
  await expect(run()).rejects.toThrow(/2_second, which this checkout does not know/);
});

test('refuses to build on a migration that another tool left half-way, and accepts it once resolved', async () => {
  write('1_first', 'CREATE TABLE a (x int);');
  await run();
  await client.query('UPDATE _prisma_migrations SET finished_at = NULL');
  await expect(run()).rejects.toThrow(/1_first failed half-way.*prisma migrate resolve/);
  await client.query('UPDATE _prisma_migrations SET rolled_back_at = now(); DROP TABLE a');
  expect(await run()).toEqual(['1_first']);
});

test('several processes that migrate at once apply each migration once', async () => {
  write('1_first', 'CREATE TABLE a (x int); SELECT pg_sleep(0.2);');
  write('2_second', 'CREATE TABLE b (x int);');
  const applied = await Promise.all([run(), run(), run(), run()]);
  expect(applied.flat().sort()).toEqual(['1_first', '2_second']);
});

test('gives up with a clear message when another process holds the lock', async () => {
  write('1_first', 'CREATE TABLE a (x int);');
  await client.query('SELECT pg_advisory_lock(72707369)');
  await expect(migrate({ databaseUrl: database.databaseUrl, folder, lockTimeoutMs: 50 })).rejects.toThrow(
    /Another process has been migrating this database/,
  );
});

test('killed inside a migration, it leaves nothing, and running again is safe', async () => {
  write('1_first', 'CREATE TABLE a (x int);');
  write('2_slow', 'CREATE TABLE b (x int); SELECT pg_sleep(30);');
  const killed = run();
  const failure = expect(killed).rejects.toThrow();
  const sleeping =
    "SELECT pid FROM pg_stat_activity WHERE application_name = 'kindling-migrate' AND wait_event = 'PgSleep'";
  let pid: number | undefined;
  while (pid === undefined) pid = (await rows(sleeping))[0]?.pid;
  await client.query('SELECT pg_terminate_backend($1)', [pid]);
  await failure;
  expect(await tables()).toEqual(['_prisma_migrations', 'a']);
  write('2_slow', 'CREATE TABLE b (x int);');
  expect(await run()).toEqual(['2_slow']);
});

test("applies the product's own migrations", async () => {
  expect((await migrate({ databaseUrl: database.databaseUrl })).length).toBeGreaterThan(0);
  expect(await tables()).toContain('item_vector');
});
