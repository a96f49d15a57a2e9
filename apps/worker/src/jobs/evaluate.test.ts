import type { CatalogueId } from '@kindling/domain';
import {
  cancelEvaluationRun,
  type EvaluationRun,
  findEvaluationRun,
  listEvaluationResults,
  maximumEvaluationFaults,
  startEvaluationRun,
  type WantedEvaluation,
} from '@kindling/storage';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startEvaluationProcess } from '../evaluation/evaluation-process.js';
import { storeTastes } from '../training/tastes.fixture.js';
import { noFailpoint, openWorkerFixture, silentLog, type WorkerFixture } from '../worker.fixture.js';
import { type EvaluateParts, evaluate } from './evaluate.js';

let fixture: WorkerFixture;
beforeAll(async () => {
  fixture = await openWorkerFixture();
});
afterAll(() => fixture.close());

const neverStop = new AbortController().signal;
const handler = (parts: Partial<EvaluateParts> = {}) =>
  evaluate({
    pool: fixture.pool,
    databaseUrl: fixture.databaseUrl,
    maximumMemoryMb: 4_096,
    log: silentLog,
    failpoint: noFailpoint,
    ...parts,
  });
const start = async (catalogue: CatalogueId, fields: Partial<WantedEvaluation> = {}) => {
  const wanted: WantedEvaluation = { splits: ['COLD_ITEMS'], seeds: 1, people: 40, actor: 'member:ann' };
  return (await startEvaluationRun(fixture.pool, catalogue, { ...wanted, ...fields })).run;
};
const find = (run: EvaluationRun) => findEvaluationRun(fixture.pool, run.catalogue, run.id);
const resultsOf = async ({ catalogue, id }: EvaluationRun) =>
  (await listEvaluationResults(fixture.pool, catalogue, [id])).get(id) ?? [];

test("a run judges what is served on the catalogue's own events, beside every baseline, over all its seeds", async () => {
  const catalogue = await fixture.catalogue('tastes');
  await storeTastes(fixture.pool, catalogue, { people: 90 });
  const run = await start(catalogue, { splits: ['COLD_ITEMS', 'COLD_USERS'], seeds: 2 });
  let methods = 0;
  await handler({ failpoint: () => methods++ })({ runId: run.id }, neverStop);

  const ended = await find(run);
  expect(ended).toMatchObject({
    status: 'SUCCEEDED',
    attempt: 1,
    done: 200,
    total: 200,
    data: { profiles: 90, items: 66 },
  });
  expect(ended?.cpuSeconds).toBeGreaterThan(0.1);
  expect(ended?.peakMemoryBytes).toBeGreaterThan(50e6);
  expect(methods).toBeGreaterThanOrEqual(2 * 2 * 10);
  const results = await resultsOf(run);
  expect(results.map(({ split }) => split)).toEqual(['COLD_ITEMS', 'COLD_USERS']);
  for (const { result } of results) {
    expect(result?.seeds).toEqual([1, 2]);
    expect(result?.rows.filter(({ isBaseline }) => isBaseline)).toHaveLength(8);
    expect(result?.rows.filter(({ isDefault }) => isDefault)).toHaveLength(1);
    expect(result?.comparisons).toHaveLength(9);
  }
}, 300_000);

test('a split that can judge nobody says so, and the others are judged all the same', async () => {
  const catalogue = await fixture.catalogue('short');
  // too few things of a taste for anybody to have more than ten
  await storeTastes(fixture.pool, catalogue, { people: 40, items: 30 });
  const run = await start(catalogue, { splits: ['COLD_USERS', 'COLD_ITEMS'] });
  await handler()({ runId: run.id }, neverStop);
  expect(await find(run)).toMatchObject({ status: 'SUCCEEDED' });
  const [users, items] = await resultsOf(run);
  expect(users).toMatchObject({
    split: 'COLD_USERS',
    result: null,
    problem: expect.stringContaining('Nobody'),
  });
  expect(items?.result?.rows.length).toBeGreaterThan(8);
}, 240_000);

test('a catalogue without events fails with what to do', async () => {
  const run = await start(await fixture.catalogue('empty'));
  await handler()({ runId: run.id }, neverStop);
  expect(await find(run)).toMatchObject({
    status: 'FAILED',
    errorCode: 'BAD_INPUT',
    error: expect.stringContaining('record or import some'),
  });
}, 180_000);

test('a process that is killed gives the run back with a fault; the next goes on after the split that is judged', async () => {
  const catalogue = await fixture.catalogue('killed');
  await storeTastes(fixture.pool, catalogue, { people: 60 });
  const run = await start(catalogue, { splits: ['COLD_ITEMS', 'WARM'] });
  const killedAtWarm = handler({
    start: (task, onProgress) => {
      const working = startEvaluationProcess(task, (progress) => {
        onProgress(progress);
        if (progress.split === 'WARM') working.kill();
      });
      return working;
    },
  });
  await killedAtWarm({ runId: run.id }, neverStop);
  expect(await find(run)).toMatchObject({
    status: 'QUEUED',
    faults: 1,
    error: expect.stringContaining('SIGKILL'),
  });
  const [items] = await resultsOf(run);
  const judgedAgain: (string | null)[] = [];
  await handler({
    start: (task, onProgress) =>
      startEvaluationProcess(task, (progress) => {
        judgedAgain.push(progress.split);
        onProgress(progress);
      }),
  })({ runId: run.id }, neverStop);
  expect(await find(run)).toMatchObject({ status: 'SUCCEEDED', attempt: 2 });
  expect(new Set(judgedAgain)).toEqual(new Set([null, 'WARM']));
  expect((await resultsOf(run)).map(({ split }) => split)).toEqual(['COLD_ITEMS', 'WARM']);
  expect((await resultsOf(run))[0]).toEqual(items);
}, 300_000);

test('a run whose process dies again and again has failed', async () => {
  const catalogue = await fixture.catalogue('fatal');
  await storeTastes(fixture.pool, catalogue, { people: 20 });
  const run = await start(catalogue);
  const fatal = handler({
    start: (task, onProgress) => {
      const working = startEvaluationProcess(task, onProgress);
      working.kill();
      return working;
    },
  });
  for (let fault = 1; fault <= maximumEvaluationFaults; fault++) {
    await fatal({ runId: run.id }, neverStop);
    const status = fault < maximumEvaluationFaults ? 'QUEUED' : 'FAILED';
    expect(await find(run)).toMatchObject({ status, faults: fault });
  }
}, 180_000);

test('a cancelled run ends its process at once, and keeps what was judged', async () => {
  const catalogue = await fixture.catalogue('cancelled');
  await storeTastes(fixture.pool, catalogue);
  const run = await start(catalogue, { seeds: 10, people: 300 });
  const working = handler()({ runId: run.id }, neverStop);
  await vi.waitFor(async () => expect((await find(run))?.method).not.toBeNull(), { timeout: 120_000 });
  await cancelEvaluationRun(fixture.pool, catalogue, run.id, 'member:ann');
  await working;
  expect(await find(run)).toMatchObject({ status: 'CANCELLED' });
  expect(await resultsOf(run)).toEqual([]);
}, 240_000);

test('a worker that is told to stop gives its run back at once, without a fault', async () => {
  const catalogue = await fixture.catalogue('stopped');
  await storeTastes(fixture.pool, catalogue, { people: 20 });
  const run = await start(catalogue);
  const stop = new AbortController();
  await handler({ failpoint: () => stop.abort() })({ runId: run.id }, stop.signal);
  expect(await find(run)).toMatchObject({ status: 'QUEUED', faults: 0 });
}, 180_000);

test('a run is bounded: beyond its time, or beyond its memory, it has failed and says what to do', async () => {
  const catalogue = await fixture.catalogue('bounded');
  await storeTastes(fixture.pool, catalogue, { people: 60 });
  const slow = await start(catalogue, { seeds: 10 });
  await handler({ maximumMs: 1_500 })({ runId: slow.id }, neverStop);
  expect(await find(slow)).toMatchObject({
    status: 'FAILED',
    errorCode: 'TOO_LARGE',
    error: expect.stringContaining('fewer splits, seeds or people'),
  });
  const large = await start(catalogue, { seeds: 10 });
  await handler({
    start: (task, onProgress) => startEvaluationProcess({ ...task, maximumMemoryMb: 90 }, onProgress),
  })({ runId: large.id }, neverStop);
  expect(await find(large)).toMatchObject({
    status: 'FAILED',
    errorCode: 'TOO_LARGE',
    error: expect.stringContaining('EVALUATION_MEMORY_MB'),
  });
}, 240_000);
