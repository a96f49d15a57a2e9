import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.js';
import { readPostmaster } from './postmaster.js';
import { createTestDatabase } from './test-database.js';

let folder: string;
let running: EmbeddedPostgres[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kindling-postgres-test-'));
  running = [];
});
afterEach(async () => {
  for (const postgres of running) await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start({ durable } = { durable: false }): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ folder, durable });
  running.push(postgres);
  return postgres;
}

async function query(databaseUrl: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Starts Postgres in another process, and kills that process as the kernel would: without a word. */
async function startInKilledProcess(kind: 'embedded' | 'temporary') {
  const script = fileURLToPath(new URL('./start-and-wait.fixture.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=source', script, kind, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve) =>
    child.stdout.once('data', (chunk) => resolve(`${chunk}`)),
  );
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
  return JSON.parse(line) as { folder: string; pid: number; databaseUrl: string };
}

/** A process that has ended but was not yet waited for (a zombie) does not count. */
const exists = (pid: number) => {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
};

describe('embedded Postgres', () => {
  test('speaks UTF-8, orders by code point, asks for a password and listens on 127.0.0.1 only', async () => {
    const { databaseUrl } = await start();
    const [settings] = await query(
      databaseUrl,
      `SELECT pg_encoding_to_char(encoding) AS encoding, datlocale, current_setting('listen_addresses') AS addresses,
              current_setting('unix_socket_directories') AS sockets, current_setting('max_connections') AS connections,
              lower('ÄÖ') AS lower
       FROM pg_database WHERE datname = current_database()`,
    );
    expect(settings).toEqual({
      encoding: 'UTF8',
      datlocale: 'C.UTF-8',
      addresses: '127.0.0.1',
      sockets: '',
      connections: '200',
      lower: 'äö',
    });
    const wrong = new URL(databaseUrl);
    wrong.password = 'guess';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
    expect(statSync(join(folder, 'password')).mode & 0o777).toBe(0o600);
  });

  test('keeps data and port over a stop and a start', async () => {
    const first = await start();
    await query(first.databaseUrl, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    expect(exists(first.pid)).toBe(false);
    const second = await start();
    expect(second).toMatchObject({ port: first.port, reused: false });
    expect(await query(second.databaseUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  test('is taken over, not started twice, after its launcher was killed', async () => {
    const orphan = await startInKilledProcess('embedded');
    expect(exists(orphan.pid)).toBe(true);
    const postgres = await start();
    expect(postgres).toMatchObject({ pid: orphan.pid, reused: true });
    await postgres.stop();
    await postgres.exited();
    expect(exists(orphan.pid)).toBe(false);
  });

  test('is replaced when it hangs', async () => {
    const first = await start();
    process.kill(first.pid, 'SIGSTOP');
    const second = await start();
    expect(second.reused).toBe(false);
    expect(second.pid).not.toBe(first.pid);
    expect(await query(second.databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  }, 60_000);

  test('keeps what was committed when Postgres itself is killed', async () => {
    const first = await start({ durable: true });
    await query(first.databaseUrl, 'CREATE TABLE kept AS SELECT 7 AS answer');
    process.kill(first.pid, 'SIGKILL');
    await first.exited();
    const second = await start();
    expect(await query(second.databaseUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 7 }]);
  });

  test('never signals a stranger whose number stands in a stale postmaster.pid, and starts anyway', async () => {
    const first = await start();
    await first.stop();
    const stranger = spawn('sleep', ['600'], { stdio: 'ignore' });
    const pidFile = join(folder, 'data', 'postmaster.pid');
    writeFileSync(pidFile, `${stranger.pid}\n${join(folder, 'data')}\n0\n${first.port}\n\n127.0.0.1\n`);
    expect(readPostmaster(join(folder, 'data'))).toBeNull();
    const second = await start();
    expect(await query(second.databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(exists(stranger.pid ?? 0)).toBe(true);
    stranger.kill('SIGKILL');
  });

  test('moves to another port when a stranger took the remembered one', async () => {
    const first = await start();
    await first.stop();
    const { createServer } = await import('node:net');
    const stranger = createServer().listen(first.port, '127.0.0.1');
    await new Promise((resolve) => stranger.once('listening', resolve));
    const second = await start();
    expect(second.port).not.toBe(first.port);
    expect(await query(second.databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await new Promise((resolve) => stranger.close(resolve));
  });

  test('says why when it cannot start', async () => {
    const first = await start();
    await first.stop();
    writeFileSync(join(folder, 'data', 'postgresql.conf'), "max_connections = 'many'\n");
    await expect(startEmbeddedPostgres({ folder })).rejects.toThrow(/did not start in .*max_connections/);
  });

  test('a half-made cluster of a killed first start is thrown away', async () => {
    const { mkdirSync } = await import('node:fs');
    mkdirSync(join(folder, 'unfinished-abc', 'data'), { recursive: true });
    await start();
    expect(existsSync(join(folder, 'unfinished-abc'))).toBe(false);
    expect(readFileSync(join(folder, 'data', 'PG_VERSION'), 'utf8').trim()).toBe('18');
  });
});

describe('Postgres for tests', () => {
  test('each test database starts migrated, and sees nothing of another', async () => {
    const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    await query(
      one.databaseUrl,
      "INSERT INTO catalogue (id, name, scenario, text_template) VALUES ('a', 'A', 'news', '')",
    );
    expect(await query(one.databaseUrl, 'SELECT id FROM catalogue')).toEqual([{ id: 'a' }]);
    expect(await query(two.databaseUrl, 'SELECT id FROM catalogue')).toEqual([]);
    await one.drop();
    await expect(query(one.databaseUrl, 'SELECT 1')).rejects.toThrow(/does not exist/);
    await two.drop();
  });

  test('a temporary Postgres and its folder go when the test process is killed', async () => {
    const orphan = await startInKilledProcess('temporary');
    await vi.waitUntil(() => !exists(orphan.pid) && !existsSync(orphan.folder), {
      timeout: 15_000,
      interval: 50,
    });
  });
});
