import { setTimeout as delay } from 'node:timers/promises';
import { KindlingError } from '@kindling/domain';
import {
  createPostgresBackend,
  type JobsOptions,
  type PostgresConnectionOptions,
  Queue,
  runMigrations,
  Worker,
  withBackend,
} from 'bullmq';
import pg from 'pg';
import type { JobContract } from './job-contracts.js';

/** The queue: BullMQ on the database itself (schema `bullmq`), or on Redis when there is one. */
export interface JobQueue {
  /**
   * Wakes a worker. Of jobs with the same dedupeKey at most one runs and one waits. A queue that cannot be
   * reached is an UNAVAILABLE error within two seconds, and no harm: workers also look for work by themselves.
   */
  enqueue<Payload>(
    job: JobContract<Payload>,
    payload: Payload,
    options: { dedupeKey: string },
  ): Promise<void>;
  /** Starts to run jobs of a kind in this process. A job whose worker died is run again by another one. */
  work<Payload>(job: JobContract<Payload>, handler: JobHandler<Payload>): void;
  /** Takes no more jobs, tells the running ones by their signal to stop, and waits for them. */
  close(): Promise<void>;
}

/** Idempotent: a job may run twice. `signal` asks to stop at the next safe point. */
export type JobHandler<Payload> = (payload: Payload, signal: AbortSignal) => Promise<void>;

export interface JobQueueOptions {
  readonly databaseUrl: string;
  readonly redisUrl?: string | undefined;
  readonly onError: (error: Error, during: string) => void;
}

/** A worker that is silent for this long has died: its job goes to another one. */
const lockDurationMs = 10_000;
const stalledIntervalMs = 5_000;
const enqueueTimeoutMs = 2_000;

export async function createJobQueue(options: JobQueueOptions): Promise<JobQueue> {
  const backend = options.redisUrl
    ? redisBackend(options.redisUrl)
    : await postgresBackend(options.databaseUrl, options.onError);
  const queues = new Map<string, BullQueue>();
  const workers: BullWorker[] = [];
  const stopping = new AbortController();

  const queueOf = (name: string): BullQueue => {
    const open = queues.get(name) ?? backend.queue(name);
    if (!queues.has(name)) open.on('error', (error) => options.onError(error, `queue ${name}`));
    queues.set(name, open);
    return open;
  };

  return {
    async enqueue(job, payload, { dedupeKey }) {
      const data = job.payload.parse(payload);
      const adding = queueOf(job.name).add(job.name, data, {
        deduplication: { id: dedupeKey, keepLastIfActive: true },
        // by age: removal by count is slow on Postgres
        removeOnComplete: { age: 60 },
        removeOnFail: { age: 3_600 },
      });
      await withTimeout(adding, job.name);
    },
    work(job, handler) {
      const worker = backend.worker(
        job.name,
        async (running) => handler(job.payload.parse(running.data), stopping.signal),
        job.concurrency,
      );
      worker.on('error', (error) => options.onError(error, `worker of ${job.name}`));
      worker.on('failed', (_job, error) => options.onError(error, `job ${job.name}`));
      workers.push(worker);
    },
    async close() {
      stopping.abort();
      await Promise.all(workers.map((worker) => worker.close()));
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      await backend.close();
    },
  };
}

/** What is used of BullMQ's classes; their types differ by backend. */
interface BullQueue {
  add(name: string, data: unknown, options: JobsOptions): Promise<unknown>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(): Promise<void>;
}
interface BullWorker {
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'failed', listener: (job: unknown, error: Error) => void): unknown;
  close(): Promise<void>;
}
interface QueueBackend {
  queue(name: string): BullQueue;
  worker(name: string, run: (job: { data: unknown }) => Promise<void>, concurrency: number): BullWorker;
  close(): Promise<void>;
}

const workerTimes = {
  lockDuration: lockDurationMs,
  stalledInterval: stalledIntervalMs,
  // a job is idempotent and its work is found by state: being killed often is no reason to give it up
  maxStalledCount: 1_000,
};

async function postgresBackend(
  databaseUrl: string,
  onError: JobQueueOptions['onError'],
): Promise<QueueBackend> {
  const onPostgres = withBackend(createPostgresBackend);
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: 'kindling-queue',
    // each worker keeps one connection to listen on
    max: 12,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    options: '-c search_path=bullmq',
  });
  pool.on('error', (error) => onError(error, 'queue connection'));
  pool.on('connect', (client) => client.on('error', () => undefined));
  const session = await pool.connect();
  try {
    await runMigrations(session);
  } finally {
    session.release();
  }
  const connection = pool as PostgresConnectionOptions;
  return {
    queue: (name) => new onPostgres.Queue(name, { connection }),
    worker: (name, run, concurrency) =>
      new onPostgres.Worker(name, run, { connection, concurrency, ...workerTimes }),
    close: () => pool.end(),
  };
}

function redisBackend(url: string): QueueBackend {
  return {
    queue: (name) => new Queue(name, { connection: { url, enableOfflineQueue: false }, prefix: 'kindling' }),
    worker: (name, run, concurrency) =>
      new Worker(name, run, {
        connection: { url, maxRetriesPerRequest: null },
        prefix: 'kindling',
        concurrency,
        ...workerTimes,
      }),
    close: async () => undefined,
  };
}

async function withTimeout(adding: Promise<unknown>, name: string): Promise<void> {
  const timer = new AbortController();
  const timeout = delay(enqueueTimeoutMs, 'timeout', { signal: timer.signal }).catch(() => 'done');
  adding.catch(() => undefined);
  try {
    if ((await Promise.race([adding, timeout])) === 'timeout') throw new Error('It did not answer in time.');
  } catch (cause) {
    throw new KindlingError('UNAVAILABLE', `The queue for ${name} cannot be reached.`, { cause });
  } finally {
    timer.abort();
  }
}
