import { join } from 'node:path';
import { createPool, migrate, type Pool } from '@kindling/storage';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@kindling/storage/embedded-postgres';
import type { LaunchOptions } from './launch-options.js';
import { type ProcessSpec, SupervisedProcess } from './supervised-process.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that runs, started and stopped in order, and restarted when it ends by itself. */
export class Installation {
  stopping = false;
  private postgres: EmbeddedPostgres | null = null;
  private startingPostgres: Promise<unknown> = Promise.resolve();
  private readonly processes = new Map<string, SupervisedProcess>();

  constructor(
    private readonly options: LaunchOptions,
    private readonly onPids: () => void,
  ) {}

  /** Process numbers of what runs now. */
  pids(): Record<string, number> {
    const pids: Record<string, number> = { launcher: process.pid };
    if (this.postgres !== null) pids.postgres = this.postgres.pid;
    for (const [name, { pid }] of this.processes) if (pid !== null) pids[name] = pid;
    return pids;
  }

  /** Starts the embedded Postgres, unless the user has one, brings it up to date, and connects. */
  async openDatabase(ownUrl: string | null): Promise<{ databaseUrl: string; pool: Pool }> {
    const databaseUrl = ownUrl ?? (await this.startPostgres());
    const applied = await migrate({ databaseUrl }).catch((error: NodeJS.ErrnoException) => {
      if (ownUrl === null || error.code === undefined || !/^E[A-Z]+$|^28/.test(error.code)) throw error;
      throw new Error(`the Postgres of DATABASE_URL does not let us in: ${error.message || error.code}`);
    });
    if (applied.length > 0) this.options.say(`migrated the database: ${applied.join(', ')}`);
    const pool = createPool({ databaseUrl, applicationName: 'kindling-launcher', maxConnections: 2 });
    return { databaseUrl, pool };
  }

  async startProcess(
    spec: Omit<ProcessSpec, 'script' | 'logFile' | 'cwd' | 'env'> & { script: string; env: Environment },
  ): Promise<void> {
    if (this.stopping) return;
    const { root, dataDir, running, say } = this.options;
    const supervised = new SupervisedProcess(
      {
        ...spec,
        script: join(root, spec.script),
        cwd: root,
        logFile: join(dataDir, 'logs', `${spec.name}.log`),
      },
      {
        started: (name, pid) => {
          running.setChild(name, pid);
          this.onPids();
        },
        restarting: (name, ending, afterMs) =>
          say(`the ${name} ended (${ending}): starting it again${afterMs ? ` in ${afterMs} ms` : ''}`),
      },
    );
    this.processes.set(spec.name, supervised);
    await supervised.start();
  }

  /** Who takes requests goes first; Postgres, which everybody needs, last. */
  async stop(): Promise<void> {
    this.stopping = true;
    for (const name of ['api', 'worker', 'console']) await this.processes.get(name)?.stop();
    await this.startingPostgres.catch(() => {});
    await this.postgres?.stop();
  }

  private async startPostgres(): Promise<string> {
    const starting = startEmbeddedPostgres({
      folder: join(this.options.dataDir, 'postgres'),
      onProgress: this.options.say,
    });
    this.startingPostgres = starting;
    const postgres = await starting;
    this.postgres = postgres;
    const { say } = this.options;
    say(
      `Postgres is ${postgres.reused ? 'still running' : 'up'} (process ${postgres.pid}, port ${postgres.port})`,
    );
    this.onPids();
    postgres.exited().then(
      () => this.restartPostgres(),
      () => this.restartPostgres(),
    );
    return postgres.databaseUrl;
  }

  private async restartPostgres(): Promise<void> {
    if (this.stopping) return;
    this.options.say('Postgres ended: starting it again');
    try {
      await this.startPostgres();
    } catch (error) {
      this.options.say(`Postgres does not start: ${error instanceof Error ? error.message : error}`);
      setTimeout(() => this.restartPostgres(), 5_000).unref();
    }
  }
}
