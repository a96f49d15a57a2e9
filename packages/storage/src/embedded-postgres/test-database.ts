import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { migrate, readMigrations } from '../migrations.js';
import { startEmbeddedPostgres } from './embedded-postgres.js';

export interface TestDatabase {
  readonly databaseUrl: string;
  /** Drops the database; sessions that are still open are ended. */
  drop(): Promise<void>;
}

export interface TemporaryPostgres {
  readonly databaseUrl: string;
  readonly pid: number;
  readonly folder: string;
  stop(): Promise<void>;
}

/**
 * A migrated database of its own on a real Postgres, in some 100 ms. Test processes share one server, which
 * starts with the first of them and ends a few seconds after the last, however they end. Statements are not
 * synced to disk: a test that pulls the plug uses `startTemporaryPostgres`.
 */
export async function createTestDatabase(options: { migrated?: boolean } = {}): Promise<TestDatabase> {
  const server = process.env.KINDLING_TEST_DATABASE_URL ?? (await sharedServerUrl());
  const name = `test_${randomBytes(8).toString('hex')}`;
  const template = (options.migrated ?? true) ? await migratedTemplate(server) : 'template1';
  await onServer(server, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
  return {
    databaseUrl: withDatabase(server, name),
    drop: () => onServer(server, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}

/**
 * A Postgres that belongs to one test alone, to be killed, frozen or filled at will. It ends, and its folder
 * goes, with `stop()` or with this process.
 */
export async function startTemporaryPostgres(
  options: { migrated?: boolean; durable?: boolean; maxConnections?: number } = {},
): Promise<TemporaryPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'kindling-postgres-'));
  const server = await startEmbeddedPostgres({ ...options, folder, durable: options.durable ?? false });
  const guard = stopWithParent(folder);
  if (options.migrated ?? true) await migrate({ databaseUrl: server.databaseUrl });
  return {
    databaseUrl: server.databaseUrl,
    pid: server.pid,
    folder,
    stop: async () => {
      await server.stop();
      guard.stdin.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A shell that waits for its input to end, which happens when this process dies, and then cleans up. */
export function stopWithParent(folder: string) {
  const script =
    'read -r _; read -r pid < "$1/data/postmaster.pid" && kill -QUIT "$pid"; rm -rf "$1"; sleep 1; rm -rf "$1"';
  const guard = spawn('/bin/sh', ['-c', script, 'sh', folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.on('error', () => {});
  guard.stdin.on('error', () => {});
  guard.unref();
  // the pipe must not keep this process alive either
  (guard.stdin as Socket).unref?.();
  return guard;
}

/** One server for each user and version of this file; its address is a socket only that user can reach. */
export const sharedServerSocket = () => {
  const folder = join(tmpdir(), `kindling-test-${process.getuid?.() ?? 'user'}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return join(folder, 'server.sock');
};

// This process' lease on the shared server: the server lives as long as any such connection is open.
let lease: Promise<string> | undefined;

function sharedServerUrl(): Promise<string> {
  lease ??= takeLease();
  return lease;
}

async function takeLease(): Promise<string> {
  const path = sharedServerSocket();
  const deadline = Date.now() + 90_000;
  let spawnedAt = 0;
  for (;;) {
    const url = await askServer(path);
    if (url !== null) return url;
    if (Date.now() > deadline) throw new Error(`No test database from ${path}: see ${path}.log.`);
    if (Date.now() - spawnedAt > 20_000) {
      spawnSharedServer(path);
      spawnedAt = Date.now();
    }
    await delay(50);
  }
}

/** The URL that the server says, or null when there is none or it goes away before it could say it. */
function askServer(path: string): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect(path);
    let text = '';
    socket.on('error', () => resolve(null));
    socket.on('close', () => resolve(null));
    socket.on('data', (chunk) => {
      text += chunk;
      if (!text.endsWith('\n')) return;
      socket.unref();
      resolve(text.trim());
    });
  });
}

function spawnSharedServer(path: string): void {
  const fromSource = import.meta.url.endsWith('.ts');
  const entry = new URL(fromSource ? './shared-test-server.ts' : './shared-test-server.js', import.meta.url);
  const loader = fromSource ? ['--import', 'tsx', '--conditions=source'] : [];
  const log = openSync(`${path}.log`, 'a');
  const child = spawn(process.execPath, [...loader, fileURLToPath(entry)], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.on('error', () => {});
  child.unref();
}

async function migratedTemplate(server: string): Promise<string> {
  const migrations = readMigrations();
  const hash = createHash('sha256').update(JSON.stringify(migrations)).digest('hex').slice(0, 16);
  const name = `template_${hash}`;
  await onServer(server, async (client) => {
    const exists = async () =>
      (await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])).rowCount === 1;
    if (await exists()) return;
    await client.query('SELECT pg_advisory_lock(72707370)');
    if (await exists()) return;
    const unfinished = `unfinished_${randomBytes(6).toString('hex')}`;
    await client.query(`CREATE DATABASE ${unfinished}`);
    await migrate({ databaseUrl: withDatabase(server, unfinished) });
    await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${name}`);
  });
  return name;
}

async function onServer(server: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: server, application_name: 'kindling-tests' });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function withDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
