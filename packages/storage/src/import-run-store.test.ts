import { afterAll, beforeAll, expect, test } from 'vitest';
import { inChangeTransaction } from './change-sequence.js';
import { listDeadLetters, retryDeadLetter } from './dead-letter-store.js';
import {
  advanceImportRun,
  createImportRun,
  failImportRun,
  findImportRun,
  findOpenImportRuns,
  finishImportRun,
  maximumImportAttempts,
  readImportRejects,
  recallMapping,
  rememberMapping,
  takeUpImportRun,
} from './import-run-store.js';
import { findItemNumbers, prepareItems, writeItems } from './item-store.js';
import { addCatalogue, itemWrite, openStores, type StoreFixture } from './store.fixture.js';
import {
  expireUploadedFiles,
  findUploadedFile,
  readUploadedFile,
  storeUploadedFile,
} from './uploaded-file-store.js';

let stores: StoreFixture;
beforeAll(async () => {
  stores = await openStores();
});
afterAll(() => stores.close());

async function* stream(...parts: Uint8Array[]) {
  yield* parts;
}
const upload = (content: AsyncIterable<Uint8Array>, maximumBytes = 1 << 30) =>
  storeUploadedFile(stores.pool, stores.catalogue, { name: 'films.csv', content, maximumBytes });

async function startRun() {
  const file = await upload(stream(Buffer.from('id,title\n')));
  const run = await createImportRun(stores.pool, {
    catalogue: stores.catalogue,
    fileId: file.id,
    fileName: file.name,
    format: 'CSV',
    mapping: [{ column: 'name', field: 'title' }],
    dryRun: false,
    totalBytes: file.bytes,
    createdBy: null,
  });
  await takeUpImportRun(stores.pool, run.id);
  return run;
}
const batch = (runId: string, fromRow: number, toRow: number) => ({
  runId,
  fromRow,
  toRow,
  readBytes: 100,
  counts: { rows: toRow - fromRow, created: 1, updated: 0, unchanged: 0, rejected: 1 },
  rejects: [
    { line: toRow, field: 'title', code: 'EMPTY', message: 'is empty', fix: 'fill it', excerpt: 'a\0\ud800' },
  ],
});

test('a file comes back byte for byte, whatever the pieces it was sent in', async () => {
  const content = Buffer.alloc(3_500_000, 'kindling ');
  const parts = [content.subarray(0, 1), content.subarray(1, 2_000_001), content.subarray(2_000_001)];
  const file = await upload(stream(...parts));
  expect(file.bytes).toBe(content.length);
  const read: Buffer[] = [];
  for await (const piece of readUploadedFile(stores.pool, file.id)) read.push(piece);
  expect(Buffer.concat(read).equals(content)).toBe(true);
});

test('an upload that is too large or breaks off leaves nothing behind', async () => {
  const count = async () => (await stores.pool.query('SELECT FROM uploaded_file')).rowCount;
  const before = await count();
  await expect(upload(stream(Buffer.alloc(11)), 10)).rejects.toMatchObject({ code: 'TOO_LARGE' });
  async function* broken() {
    yield Buffer.alloc(2_000_000);
    throw new Error('The sender is gone.');
  }
  await expect(upload(broken())).rejects.toThrow('The sender is gone.');
  expect(await count()).toBe(before);
});

test('a file of another catalogue is not found', async () => {
  const file = await upload(stream(Buffer.from('x')));
  const other = await addCatalogue(stores.pool, 'other-files');
  expect(await findUploadedFile(stores.pool, other, file.id)).toBeNull();
  expect(await findUploadedFile(stores.pool, stores.catalogue, file.id)).toEqual(file);
});

test('a batch and its checkpoint are stored together, and a second worker at the same place is turned away', async () => {
  const { pool, catalogue } = stores;
  const run = await startRun();
  const store = (id: string, fromRow: number, toRow: number) =>
    inChangeTransaction(pool, catalogue, async (client) => {
      await writeItems(client, catalogue, prepareItems([itemWrite(id)]));
      await advanceImportRun(client, batch(run.id, fromRow, toRow));
    });
  await store('first', 0, 2);
  await expect(store('late', 0, 2)).rejects.toMatchObject({ code: 'CONFLICT' });
  const known = await findItemNumbers(pool, catalogue, [
    itemWrite('first').item.id,
    itemWrite('late').item.id,
  ]);
  expect([...known.keys()]).toEqual(['first']);
  expect(await findImportRun(pool, catalogue, run.id)).toMatchObject({
    checkpointRow: 2,
    rows: 2,
    created: 1,
    rejected: 1,
    attempts: 0,
  });
});

test('refused rows are read in the order of the file, several of one line told apart', async () => {
  const { pool } = stores;
  const run = await startRun();
  const one = batch(run.id, 0, 5);
  await advanceImportRun(pool, {
    ...one,
    rejects: [...one.rejects, { ...one.rejects[0], line: 5 } as (typeof one.rejects)[0]],
  });
  await advanceImportRun(pool, batch(run.id, 5, 9));
  const page = await readImportRejects(pool, run.id, { first: 2, after: null });
  expect(page.map(({ line, position }) => [line, position])).toEqual([
    [5, 0],
    [5, 1],
  ]);
  expect(page[0]?.excerpt).toBe('a\\0\ufffd');
  const rest = await readImportRejects(pool, run.id, { first: 2, after: { line: 5, position: 1 } });
  expect(rest.map(({ line }) => line)).toEqual([9]);
});

test('a run that never gets on is failed after some attempts, and can be retried from its dead letter', async () => {
  const { pool, catalogue } = stores;
  const run = await startRun();
  for (let attempt = 1; attempt < maximumImportAttempts; attempt++) {
    expect(await takeUpImportRun(pool, run.id)).not.toBeNull();
  }
  expect(await takeUpImportRun(pool, run.id)).toBeNull();
  expect(await findImportRun(pool, catalogue, run.id)).toMatchObject({ status: 'FAILED' });
  expect(await findOpenImportRuns(pool)).not.toContain(run.id);
  const letters = await listDeadLetters(pool, catalogue, { first: 10, after: null });
  const letter = letters.find((one) => one.subject === run.id);
  expect(letter?.reason).toMatch(/died 5 times/);
  expect(await retryDeadLetter(pool, await addCatalogue(pool, 'stranger'), letter?.id ?? 0, 'test')).toBe(
    false,
  );
  expect(await retryDeadLetter(pool, catalogue, letter?.id ?? 0, 'test')).toBe(true);
  expect(await findOpenImportRuns(pool)).toContain(run.id);
});

test('a run that has ended is not taken up, and its file may expire', async () => {
  const { pool, catalogue } = stores;
  const [done, failed, open] = [await startRun(), await startRun(), await startRun()];
  await finishImportRun(pool, done.id);
  await failImportRun(pool, failed.id, 'No column holds the id.');
  await finishImportRun(pool, failed.id);
  expect(await takeUpImportRun(pool, done.id)).toBeNull();
  expect(await takeUpImportRun(pool, failed.id)).toBeNull();
  await expireUploadedFiles(pool, 0);
  const left = await Promise.all(
    [done, failed, open].map(({ fileId }) => findUploadedFile(pool, catalogue, fileId ?? '')),
  );
  expect(left.map((file) => file !== null)).toEqual([false, false, true]);
});

test('a mapping is remembered for files with the same columns', async () => {
  const { pool, catalogue } = stores;
  expect(await recallMapping(pool, catalogue, 'hash')).toBeNull();
  await rememberMapping(pool, catalogue, 'hash', [{ column: 'Name', field: 'title' }]);
  await rememberMapping(pool, catalogue, 'hash', [{ column: 'Name', field: 'description' }]);
  expect(await recallMapping(pool, catalogue, 'hash')).toEqual([{ column: 'Name', field: 'description' }]);
});
