import { itemSchema } from '@kindling/domain';
import { deleteItems, readEmbeddingProgress, upsertItems } from '@kindling/storage';
import { createEmbeddedIndex, textSpace } from '@kindling/vectors';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readEnv } from './env.js';
import { failpoint } from './failpoint.js';
import { startWorker } from './start.js';
import { letterEncoder, openWorkerFixture, silentLog, type WorkerFixture } from './worker.fixture.js';

let fixture: WorkerFixture;
beforeAll(async () => {
  fixture = await openWorkerFixture();
});
afterAll(() => fixture.close());

test('finds work by itself: a file is imported, encoded and in the index, and later changes follow', async () => {
  const catalogue = await fixture.catalogue('alone');
  const content = `id,title\n${Array.from({ length: 300 }, (_, index) => `i${index},Film ${index}`).join('\n')}\n`;
  // before any worker is there, and without a message in any queue
  const run = await fixture.startImport(catalogue, content);
  const { encoder } = letterEncoder();
  const index = await createEmbeddedIndex({ threads: 1 });
  const config = readEnv({ DATABASE_URL: fixture.databaseUrl });
  const worker = await startWorker(config, silentLog, { encoder, index });
  try {
    const { pool } = fixture;
    const points = async () => (await index.freshness(textSpace(encoder.model.id), catalogue)).points;
    await vi.waitFor(async () => expect(await points()).toBe(300), { timeout: 20_000, interval: 100 });
    expect(await fixture.importRun(catalogue, run)).toMatchObject({ status: 'SUCCEEDED', created: 300 });
    expect(await readEmbeddingProgress(pool, catalogue)).toMatchObject({ embedded: 300, waiting: 0 });

    const begun = Date.now();
    const item = itemSchema.parse({ id: 'new', title: 'A new film' });
    await upsertItems(pool, catalogue, [{ item, contentHash: null }]);
    await vi.waitFor(async () => expect(await points()).toBe(301), { timeout: 5_000, interval: 50 });
    expect(Date.now() - begun).toBeLessThan(5_000);

    await deleteItems(pool, catalogue, ['new', 'i1']);
    await vi.waitFor(async () => expect(await points()).toBe(299), { timeout: 5_000, interval: 50 });
  } finally {
    await worker.close();
  }
});

test('an environment that is not usable is told in one message', () => {
  const variables = {
    DATABASE_URL: 'mysql://x',
    EMBEDDING_DEVICE: 'tpu',
    QDRANT_URL: 'nonsense',
    FAIL_AT: 'x',
  };
  for (const name of Object.keys(variables)) expect(() => readEnv(variables)).toThrow(name);
});

test('a failpoint strikes at the pass that it names, and nowhere else', () => {
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  const fail = failpoint('import.before-commit:2');
  fail('import.after-commit');
  fail('import.before-commit');
  expect(kill).not.toHaveBeenCalled();
  fail('import.before-commit');
  expect(kill).toHaveBeenCalledExactlyOnceWith(process.pid, 'SIGKILL');
  kill.mockRestore();
});
