import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { KindlingError } from '@kindling/domain';
import pg from 'pg';
import { findPostgresBinaries } from './binaries.js';
import { readPostmaster, removeStalePidFile, stopPostmaster } from './postmaster.js';
import { type Unprivileged, unprivileged } from './unprivileged.js';

/** A real Postgres of our own, on 127.0.0.1 only, which belongs to one folder. */
export interface EmbeddedPostgres {
  readonly databaseUrl: string;
  readonly port: number;
  readonly pid: number;
  /** true when it was already running, for instance because its launcher had been killed */
  readonly reused: boolean;
  /** Resolves when the process has ended, whoever ended it. */
  exited(): Promise<void>;
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Holds the cluster, the password (mode 0600), the port and the log. Made when missing. */
  readonly folder: string;
  /** For tests only: faster, and data do not survive a power cut. */
  readonly durable?: boolean;
  readonly maxConnections?: number;
  readonly onProgress?: (message: string) => void;
}

const user = 'kindling';
const database = 'kindling';
const maxLogBytes = 10_000_000;
const startTimeoutMs = 120_000;

/** Starts Postgres in `folder`, or takes over the one that still runs there. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  // the data folder identifies the process, so it must have one spelling
  const folder = realpathSync(options.folder);
  const dataFolder = join(folder, 'data');
  const runAs = unprivileged();
  runAs.own(folder);
  if (!existsSync(join(dataFolder, 'PG_VERSION'))) {
    options.onProgress?.('creating the database cluster');
    await createCluster(folder, dataFolder, runAs, options.durable ?? true);
  }
  const password = readFileSync(join(folder, 'password'), 'utf8').trim();

  const running = readPostmaster(dataFolder);
  if (running !== null) {
    if (await answers(databaseUrl(password, running.port, 'postgres'))) {
      await createDatabase(databaseUrl(password, running.port, 'postgres'));
      return handle(running.pid, running.port, dataFolder, password, true);
    }
    // it is ours, but hangs or is on its way down: what was committed survives either way
    await stopPostmaster(running.pid, dataFolder, 5_000);
  }
  removeStalePidFile(dataFolder);
  const { child, port } = await startOnFreePort(folder, dataFolder, runAs, password, options);
  await createDatabase(databaseUrl(password, port, 'postgres'));
  return handle(child.pid ?? 0, port, dataFolder, password, false, child);
}

const databaseUrl = (password: string, port: number, name: string) =>
  `postgresql://${user}:${password}@127.0.0.1:${port}/${name}`;

function handle(
  pid: number,
  port: number,
  dataFolder: string,
  password: string,
  reused: boolean,
  child?: ChildProcess,
): EmbeddedPostgres {
  const alive = () => readPostmaster(dataFolder)?.pid === pid;
  return {
    databaseUrl: databaseUrl(password, port, database),
    port,
    pid,
    reused,
    exited: async () => {
      if (child !== undefined) {
        if (child.exitCode === null && child.signalCode === null) {
          await new Promise<void>((resolve) => child.once('exit', () => resolve()));
        }
        return;
      }
      while (alive()) await delay(500);
    },
    stop: () => stopPostmaster(pid, dataFolder),
  };
}

/** Built beside its final place and then renamed: a cluster exists whole or not at all. */
async function createCluster(folder: string, dataFolder: string, runAs: Unprivileged, durable: boolean) {
  for (const entry of readdirSync(folder)) {
    if (entry.startsWith('unfinished-')) rmSync(join(folder, entry), { recursive: true, force: true });
  }
  const unfinished = join(folder, `unfinished-${randomBytes(6).toString('hex')}`);
  mkdirSync(unfinished, { mode: 0o700 });
  const password = randomBytes(24).toString('base64url');
  const passwordFile = join(unfinished, 'password');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  runAs.own(unfinished);
  const { initdb } = findPostgresBinaries();
  const unfinishedData = join(unfinished, 'data');
  const { file, args } = runAs.command(initdb, [
    `--pgdata=${unfinishedData}`,
    `--username=${user}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Postgres' own C.UTF-8: the same order on every system, and no rebuild of indexes when libc changes
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...(durable ? [] : ['--no-sync']),
  ]);
  const output = await run(file, args, runAs);
  if (output.code !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new KindlingError('INTERNAL', `Postgres could not create ${dataFolder}: ${reason(output.text)}`);
  }
  rmSync(dataFolder, { recursive: true, force: true });
  renameSync(passwordFile, join(folder, 'password'));
  renameSync(unfinishedData, dataFolder);
  rmSync(unfinished, { recursive: true, force: true });
}

async function run(
  file: string,
  args: string[],
  runAs: Unprivileged,
): Promise<{ code: number; text: string }> {
  const child = spawn(file, args, {
    ...runAs.spawnOptions,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: quietEnvironment(),
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  child.stderr.on('data', (chunk) => {
    text += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, text }));
  });
}

async function startOnFreePort(
  folder: string,
  dataFolder: string,
  runAs: Unprivileged,
  password: string,
  options: EmbeddedPostgresOptions,
): Promise<{ child: ChildProcess; port: number }> {
  const portFile = join(folder, 'port');
  let port = existsSync(portFile) ? Number(readFileSync(portFile, 'utf8')) : 0;
  const deadline = Date.now() + startTimeoutMs;
  for (let attempt = 1; ; attempt++) {
    if (!(port > 0 && (await isFree(port)))) port = await freePort();
    const { child, log } = spawnPostgres(folder, dataFolder, runAs, port, options);
    if (await becomesReady(child, databaseUrl(password, port, 'postgres'), deadline)) {
      writeFileSync(portFile, String(port));
      return { child, port };
    }
    const text = log();
    const portTaken = /could not bind|could not create any TCP/.test(text);
    // after a SIGKILL of the postmaster its sessions need a moment to notice and let go
    const sessionsLinger = /pre-existing shared memory block/.test(text);
    if ((portTaken || sessionsLinger) && attempt < 20 && Date.now() < deadline) {
      if (portTaken) port = 0;
      await delay(250);
      continue;
    }
    throw new KindlingError('INTERNAL', `Postgres did not start in ${dataFolder}: ${reason(text)}`);
  }
}

function spawnPostgres(
  folder: string,
  dataFolder: string,
  runAs: Unprivileged,
  port: number,
  options: EmbeddedPostgresOptions,
): { child: ChildProcess; log: () => string } {
  const settings: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port,
    max_connections: options.maxConnections ?? 200,
    // nobody replicates from it, so it need not write for them
    wal_level: 'minimal',
    max_wal_senders: 0,
    // a large import would otherwise run into one checkpoint after the other, each writing whole pages anew
    max_wal_size: '2GB',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // one line each, so that the launcher can quote the cause
    log_min_messages: 'warning',
    ...((options.durable ?? true)
      ? {}
      : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' }),
  };
  const { postgres } = findPostgresBinaries();
  const { file, args } = runAs.command(postgres, [
    '-D',
    dataFolder,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  const logFile = join(folder, 'postgres.log');
  if (existsSync(logFile) && statSync(logFile).size > maxLogBytes) renameSync(logFile, `${logFile}.1`);
  const logStart = existsSync(logFile) ? statSync(logFile).size : 0;
  const descriptor = openSync(logFile, 'a', 0o600);
  // in a process group of its own: Ctrl-C in the terminal must reach the API before its database
  const child = spawn(file, args, {
    ...runAs.spawnOptions,
    detached: true,
    stdio: ['ignore', descriptor, descriptor],
    env: quietEnvironment(),
  });
  child.unref();
  child.on('error', () => {});
  closeSync(descriptor);
  return { child, log: () => readFileSync(logFile).subarray(logStart).toString('utf8') };
}

async function becomesReady(child: ChildProcess, url: string, deadline: number): Promise<boolean> {
  while (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    if (await answers(url)) return true;
    if (Date.now() > deadline) {
      child.kill('SIGQUIT');
      return false;
    }
    await delay(30);
  }
  return false;
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

async function createDatabase(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${database}`);
  } finally {
    await client.end();
  }
}

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

/** Without the caller's PG* variables, which would change what the programs do; messages in English. */
const quietEnvironment = () => ({ PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' });

/** The lines that say why, without time stamps. */
function reason(text: string): string {
  const lines = text
    .split('\n')
    .filter((line) => /FATAL|ERROR|PANIC|error:|HINT|invalid|could not/.test(line));
  const chosen = lines.length > 0 ? lines.slice(-3) : text.trim().split('\n').slice(-3);
  return chosen
    .map((line) => line.replace(/^.*?(FATAL|ERROR|PANIC|HINT|LOG|error): */, '$1: ').trim())
    .join(' ');
}
