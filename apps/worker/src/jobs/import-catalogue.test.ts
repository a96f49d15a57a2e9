import { gzipSync } from 'node:zlib';
import type { CatalogueId } from '@kindling/domain';
import { listDeadLetters, readImportRejects, readItemChanges } from '@kindling/storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { noFailpoint, openWorkerFixture, silentLog, type WorkerFixture } from '../worker.fixture.js';
import { importCatalogue } from './import-catalogue.js';

let fixture: WorkerFixture;
beforeAll(async () => {
  fixture = await openWorkerFixture();
});
afterAll(() => fixture.close());

const run = (
  runId: string,
  failpoint: (name: string) => void = noFailpoint,
  signal = new AbortController().signal,
) => importCatalogue({ pool: fixture.pool, log: silentLog, failpoint, batchRows: 10 })({ runId }, signal);

const rows = (count: number, price = 1) =>
  Array.from({ length: count }, (_, index) => `i${index},Title ${index},${price}`).join('\n');
const file = (count: number, price = 1) => `id,title,price\n${rows(count, price)}\n`;

async function itemsOf(catalogue: CatalogueId) {
  const { changes } = await readItemChanges(fixture.pool, catalogue, 0);
  return new Map(changes.map(({ item }) => [String(item.id), item]));
}

test('good rows are stored, bad ones reported, and the same file again changes nothing', async () => {
  const catalogue = await fixture.catalogue('import');
  const content = `${file(25)}bad,"open\n,No id,1\ni3,Repeats,1\n`;
  const first = await fixture.startImport(catalogue, content);
  await run(first);
  expect(await fixture.importRun(catalogue, first)).toMatchObject({
    status: 'SUCCEEDED',
    format: 'CSV',
    rows: 28,
    created: 25,
    rejected: 3,
    mapping: [
      { column: 'id', field: 'id' },
      { column: 'title', field: 'title' },
      { column: 'price', field: 'price' },
    ],
  });
  const rejects = await readImportRejects(fixture.pool, first, { first: 10, after: null });
  expect(rejects.map(({ line, code }) => [line, code])).toEqual([
    [27, 'UNBALANCED_QUOTES'],
    [28, 'MISSING'],
    [29, 'DUPLICATE_ID'],
  ]);
  const again = await fixture.startImport(catalogue, gzipSync(content), { fileName: 'items.csv.gz' });
  await run(again);
  expect(await fixture.importRun(catalogue, again)).toMatchObject({
    created: 0,
    updated: 0,
    unchanged: 25,
    rejected: 3,
  });
});

test('a dry run counts the same as the real one and stores no item', async () => {
  const catalogue = await fixture.catalogue('dry');
  const real = await fixture.startImport(catalogue, file(12));
  await run(real);
  const changed = `id,title,price\n${rows(4, 1)}\ni4,Title 4,9\nnew,New,1\nnew,Again,1\n`;
  const dry = await fixture.startImport(catalogue, changed, { dryRun: true });
  await run(dry);
  const counts = { rows: 7, created: 1, updated: 1, unchanged: 4, rejected: 1 };
  expect(await fixture.importRun(catalogue, dry)).toMatchObject({ status: 'SUCCEEDED', ...counts });
  expect((await itemsOf(catalogue)).has('new')).toBe(false);
  const then = await fixture.startImport(catalogue, changed);
  await run(then);
  expect(await fixture.importRun(catalogue, then)).toMatchObject(counts);
});

test.each(['import.before-commit', 'import.after-commit'])(
  'a run that dies %s, at any batch, goes on where it stopped and counts every row once',
  async (place) => {
    for (let batch = 1; batch <= 4; batch++) {
      const catalogue = await fixture.catalogue(`${place.replace('.', '-')}-${batch}`);
      const id = await fixture.startImport(catalogue, `${file(33)}i5,Repeats,1\n`);
      let left = batch;
      const died = new AbortController();
      await run(
        id,
        (name) => {
          if (name !== place || --left !== 0) return;
          died.abort();
          throw new Error('The power is gone.');
        },
        died.signal,
      );
      expect((await fixture.importRun(catalogue, id)).status).toBe('RUNNING');
      await run(id);
      expect(await fixture.importRun(catalogue, id)).toMatchObject({
        status: 'SUCCEEDED',
        rows: 34,
        created: 33,
        updated: 0,
        unchanged: 0,
        rejected: 1,
      });
      expect((await itemsOf(catalogue)).size).toBe(33);
    }
  },
);

test('two workers on one run store every row once', async () => {
  const catalogue = await fixture.catalogue('twice');
  const id = await fixture.startImport(catalogue, file(200));
  await Promise.all([run(id), run(id), run(id)]);
  await run(id);
  expect(await fixture.importRun(catalogue, id)).toMatchObject({
    status: 'SUCCEEDED',
    rows: 200,
    created: 200,
  });
});

test('a file that cannot be read at all fails with the fix, as a dead letter', async () => {
  const catalogue = await fixture.catalogue('unreadable');
  const id = await fixture.startImport(catalogue, 'name,price\na,1\n');
  await run(id);
  const failed = await fixture.importRun(catalogue, id);
  expect(failed.status).toBe('FAILED');
  expect(failed.error).toMatch(/No column holds the id/);
  const letters = await listDeadLetters(fixture.pool, catalogue, { first: 1, after: null });
  expect(letters).toMatchObject([{ job: 'import-catalogue', subject: id, reason: failed.error }]);
});

test('a damaged gzip file fails, but what was read of it stays', async () => {
  const catalogue = await fixture.catalogue('damaged');
  const text = `id,title,price\n${Array.from({ length: 60_000 }, (_, index) => `i${index},${Math.sin(index)},1`).join('\n')}`;
  const packed = gzipSync(text);
  const id = await fixture.startImport(catalogue, packed.subarray(0, packed.length - 1_000));
  await importCatalogue({ pool: fixture.pool, log: silentLog, failpoint: noFailpoint })(
    { runId: id },
    new AbortController().signal,
  );
  const failed = await fixture.importRun(catalogue, id);
  expect(failed.status).toBe('FAILED');
  expect(failed.error).toMatch(/gzip data is damaged or cut off/);
  expect(failed.created).toBeGreaterThan(0);
});

test('a mapping is remembered for the next file with the same columns', async () => {
  const catalogue = await fixture.catalogue('remembers');
  const content = 'code,Label\n1,One\n';
  const mapping = [
    { column: 'code', field: 'id' },
    { column: 'Label', field: 'title' },
  ];
  await run(await fixture.startImport(catalogue, content, { mapping }));
  const second = await fixture.startImport(catalogue, 'code,Label\n2,Two\n');
  await run(second);
  expect(await fixture.importRun(catalogue, second)).toMatchObject({ status: 'SUCCEEDED', created: 1 });
  expect([...(await itemsOf(catalogue)).keys()]).toEqual(['1', '2']);
});
