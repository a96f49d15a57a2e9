import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createTestDatabase, type TestDatabase } from './embedded-postgres/index.js';
import { createJobQueue, type JobQueue } from './queue.js';
import { startRedis } from './redis-server.fixture.js';

const job = { name: 'test-job', payload: z.object({ text: z.string() }), concurrency: 2 };
const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

interface Place {
  readonly databaseUrl: string;
  readonly redisUrl?: string;
}

describe.each([
  { backend: 'Postgres', isHere: true },
  // Debian's package redis-server; npm test installs it where it may.
  { backend: 'Redis', isHere: hasRedis },
])('the queue on $backend', ({ backend, isHere }) => {
  let place: Place;
  let stop: () => Promise<void>;
  const open: JobQueue[] = [];
  const errors: string[] = [];
  const openQueue = async () => {
    const queue = await createJobQueue({
      ...place,
      onError: (error, during) => errors.push(`${during}: ${error.message}`),
    });
    open.push(queue);
    return queue;
  };
  beforeAll(async () => {
    if (!isHere) return;
    if (backend === 'Postgres') {
      const database: TestDatabase = await createTestDatabase();
      place = { databaseUrl: database.databaseUrl };
      stop = () => database.drop();
    } else {
      const redis = await startRedis();
      // a database that is not there: nothing of the queue may need it
      place = { databaseUrl: 'postgres://nobody@127.0.0.1:1/nothing', redisUrl: redis.url };
      stop = redis.stop;
    }
  });
  afterAll(async () => {
    if (!isHere) return;
    await Promise.all(open.map((queue) => queue.close()));
    await stop();
  });

  test.runIf(isHere)('of many wake-ups with one key, one runs and one more follows it', async () => {
    const queue = await openQueue();
    const ran: string[] = [];
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    queue.work({ ...job, name: 'dedupe' }, async ({ text }) => {
      ran.push(text);
      await gate;
    });
    await queue.enqueue({ ...job, name: 'dedupe' }, { text: '1' }, { dedupeKey: 'same' });
    await vi.waitFor(() => expect(ran).toEqual(['1']), { timeout: 10_000 });
    for (const text of ['2', '3', '4']) {
      await queue.enqueue({ ...job, name: 'dedupe' }, { text }, { dedupeKey: 'same' });
    }
    release();
    await vi.waitFor(() => expect(ran).toEqual(['1', '4']), { timeout: 10_000 });
    await queue.enqueue({ ...job, name: 'dedupe' }, { text: '5' }, { dedupeKey: 'same' });
    await vi.waitFor(() => expect(ran).toEqual(['1', '4', '5']), { timeout: 10_000 });
  });

  test.runIf(isHere)('a payload that does not fit its contract is refused where it is enqueued', async () => {
    const queue = await openQueue();
    const wrong = { text: 7 } as unknown as { text: string };
    await expect(queue.enqueue(job, wrong, { dedupeKey: 'x' })).rejects.toThrow(/expected string/);
  });

  test.runIf(isHere)('closing asks running jobs to stop and waits for them', async () => {
    const queue = await openQueue();
    let finished = false;
    let started = () => {};
    const running = new Promise<void>((resolve) => {
      started = resolve;
    });
    queue.work({ ...job, name: 'closing' }, async (_payload, signal) => {
      started();
      await once(signal, 'abort');
      finished = true;
    });
    await queue.enqueue({ ...job, name: 'closing' }, { text: '' }, { dedupeKey: 'x' });
    await running;
    await queue.close();
    open.splice(open.indexOf(queue), 1);
    expect(finished).toBe(true);
  });

  test.runIf(isHere)('the job of a killed worker is run by another one', { timeout: 60_000 }, async () => {
    const script = `
      const { createJobQueue } = await import(${JSON.stringify(new URL('./queue.ts', import.meta.url).href)});
      const { z } = await import('zod');
      const queue = await createJobQueue({ ...JSON.parse(process.argv[1]), onError: () => {} });
      queue.work({ name: 'killed', payload: z.object({ text: z.string() }), concurrency: 1 }, async () => {
        process.send('started');
        await new Promise(() => setInterval(() => {}, 1000));
      });`;
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', '--conditions=source', '--input-type=module', '-e', script, JSON.stringify(place)],
      { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
    );
    const queue = await openQueue();
    await queue.enqueue({ ...job, name: 'killed' }, { text: 'mine' }, { dedupeKey: 'x' });
    await once(child, 'message');
    child.kill('SIGKILL');
    const ran: string[] = [];
    queue.work({ ...job, name: 'killed' }, async ({ text }) => {
      ran.push(text);
    });
    await vi.waitFor(() => expect(ran).toEqual(['mine']), { timeout: 30_000, interval: 200 });
  });
});
