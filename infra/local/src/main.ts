import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from '@kindling/storage';
import { ApiClient } from './api-client.js';
import { type Credentials, ensureCredentials } from './credentials.js';
import { fillDemo } from './demo.js';
import { readEnv } from './env.js';
import { exampleQuery, settle } from './example-query.js';
import { Installation } from './installation.js';
import type { LaunchOptions } from './launch-options.js';
import { type LocalFile, readLocalFile, writeLocalFile } from './local-file.js';

/** Runs everything until Ctrl-C or SIGTERM, then stops it in order. Throws when something cannot start. */
export async function launch(options: LaunchOptions): Promise<void> {
  const config = readEnv(process.env);
  const interrupted = interruption(config.underNpm);
  const local = new LocalRecord(options);
  const installation = new Installation(options, () => local.update(installation.pids()));
  let pool: Pool | null = null;
  const run = async () => {
    const database = await installation.openDatabase(config.databaseUrl);
    pool = database.pool;
    const credentials = await ensureCredentials(database.pool, readLocalFile(options.dataDir));
    await startProcesses(options, installation, { ...config.inherited, DATABASE_URL: database.databaseUrl });
    local.write(credentials, 'starting', installation.pids());
    const filled = options.demo ? await demo(options, installation, database.pool, credentials) : '';
    if (installation.stopping) return;
    local.write(credentials, 'ready', installation.pids());
    console.log(summary(options, credentials, filled));
  };
  try {
    // a failure after the interruption is only its consequence
    const running = run();
    running.catch(() => {});
    await Promise.race([running, interrupted]);
    await interrupted;
    options.say('stopping');
  } finally {
    await installation.stop();
    await (pool as Pool | null)?.end().catch(() => {});
    local.stopped();
  }
  options.say('stopped');
  process.exit(0);
}

async function startProcesses(
  options: LaunchOptions,
  installation: Installation,
  inherited: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const apiUrl = `http://127.0.0.1:${options.port}`;
  const consoleUrl = `http://127.0.0.1:${options.port + 1}`;
  const env = {
    ...inherited,
    NODE_ENV: 'production',
    DATA_DIR: options.dataDir,
    ...(options.console ? { CONSOLE_URL: consoleUrl } : {}),
  };
  options.say(`starting API${options.console ? ', worker and console' : ' and worker'}`);
  const starting = [
    installation.startProcess({
      name: 'api',
      script: 'apps/api/dist/main.js',
      env: { ...env, API_HOST: '127.0.0.1', API_PORT: String(options.port) },
    }),
    installation.startProcess({ name: 'worker', script: 'apps/worker/dist/main.js', env }),
  ];
  if (options.console) {
    const script = 'apps/console/.next/standalone/apps/console/server.js';
    const consoleEnv = {
      ...env,
      HOSTNAME: '127.0.0.1',
      PORT: String(options.port + 1),
      KINDLING_API_URL: apiUrl,
    };
    starting.push(
      installation.startProcess({
        name: 'console',
        script,
        env: consoleEnv,
        readyUrl: `${consoleUrl}/sign-in`,
      }),
    );
  }
  await Promise.all(starting);
}

async function demo(
  options: LaunchOptions,
  installation: Installation,
  pool: Pool,
  { catalogue, publicKey, secretKey }: Credentials,
): Promise<string> {
  const base = `http://127.0.0.1:${options.port}`;
  const { changed } = await fillDemo({
    pool,
    catalogue,
    dataDir: options.dataDir,
    say: options.say,
    stopped: () => installation.stopping,
    admin: new ApiClient(`${base}/admin/graphql`, secretKey),
    // a secret key, because only that may mark events as simulated
    publicApi: new ApiClient(`${base}/graphql`, secretKey),
    filesUrl: `${base}/admin/files`,
  });
  if (installation.stopping) return '';
  const api = new ApiClient(`${base}/graphql`, publicKey);
  if (changed) await settle(api);
  return exampleQuery(api, `${base}/graphql`, publicKey);
}

function summary(options: LaunchOptions, credentials: Credentials, example: string): string {
  const base = `http://127.0.0.1:${options.port}`;
  const lines = [
    '',
    `GraphQL     ${base}/graphql`,
    `Admin       ${base}/admin/graphql`,
    ...(options.console
      ? [
          `Console     http://127.0.0.1:${options.port + 1}`,
          `  sign in   ${credentials.consoleEmail}  ${credentials.consolePassword}`,
        ]
      : []),
    `Public key  ${credentials.publicKey}`,
    `Secret key  ${credentials.secretKey}`,
    `All of it   ${join(options.dataDir, 'local.json')}; logs in ${join(options.dataDir, 'logs')}`,
    ...(example === '' ? [] : ['', example]),
    '',
    'Kindling is ready. Ctrl-C stops it.',
  ];
  return lines.join('\n');
}

/** `local.json`, kept in step with what runs. */
class LocalRecord {
  private content: LocalFile | null = null;

  constructor(private readonly options: LaunchOptions) {}

  write(credentials: Credentials, status: LocalFile['status'], pids: Record<string, number>): void {
    const { port, dataDir } = this.options;
    this.content = {
      graphql: `http://127.0.0.1:${port}/graphql`,
      admin: `http://127.0.0.1:${port}/admin/graphql`,
      console: this.options.console ? `http://127.0.0.1:${port + 1}` : null,
      ...credentials,
      status,
      pids,
    };
    writeLocalFile(dataDir, this.content);
  }

  update(pids: Record<string, number>): void {
    if (this.content === null) return;
    this.content = { ...this.content, pids };
    writeLocalFile(this.options.dataDir, this.content);
  }

  stopped(): void {
    if (this.content === null) return;
    const { pids: _, ...content } = this.content;
    this.content = null;
    writeLocalFile(this.options.dataDir, { ...content, status: 'stopped' });
  }
}

/** Ctrl-C, SIGTERM, a closed terminal, or the end of the npm that runs us. A second one changes nothing. */
function interruption(underNpm: boolean): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
    if (!underNpm) return;
    const ancestors = npmAncestors();
    const timer = setInterval(() => {
      if (npmAncestors() === ancestors) return;
      clearInterval(timer);
      resolve();
    }, 500);
  });
}

/** Our parent; and its parent too where it is only the shell in which npm runs a script. */
function npmAncestors(): string {
  const parent = process.ppid;
  try {
    const stat = readFileSync(`/proc/${parent}/stat`, 'utf8');
    const grandparent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    return /\((ba|da|z|k|a)?sh\)/.test(stat) ? `${parent} ${grandparent}` : `${parent}`;
  } catch {
    // no /proc: the parent alone
    return `${parent}`;
  }
}
