import type { CatalogueId } from '@kindling/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listAudit } from './audit-store.js';
import type { EvaluationRun, SplitEvaluation } from './evaluation-run.js';
import {
  cancelEvaluationRun,
  findEvaluationRun,
  listEvaluationResults,
  listEvaluationRuns,
  startEvaluationRun,
  type WantedEvaluation,
} from './evaluation-run-store.js';
import {
  claimEvaluationRun,
  failEvaluationRun,
  findWaitingEvaluationRuns,
  finishEvaluationRun,
  judgedSplits,
  maximumEvaluationFaults,
  releaseEvaluationRun,
  reportEvaluationProgress,
  storeEvaluationResult,
} from './evaluation-work-store.js';
import { addCatalogue, openStores, type StoreFixture } from './store.fixture.js';

let stores: StoreFixture;
beforeAll(async () => {
  stores = await openStores();
});
afterAll(() => stores.close());

let catalogues = 0;
const newCatalogue = () => addCatalogue(stores.pool, `evaluation-${++catalogues}`);
const wanted: WantedEvaluation = {
  splits: ['COLD_ITEMS', 'COLD_USERS'],
  seeds: 2,
  people: 50,
  actor: 'member:ann',
};
const start = async (catalogue: CatalogueId, fields: Partial<WantedEvaluation> = {}) =>
  (await startEvaluationRun(stores.pool, catalogue, { ...wanted, ...fields })).run;
const claim = async ({ id }: EvaluationRun, leaseMs = 60_000) => ({
  id,
  attempt: (await claimEvaluationRun(stores.pool, id, leaseMs))?.attempt ?? -1,
});
const find = (run: EvaluationRun) => findEvaluationRun(stores.pool, run.catalogue, run.id);
const resultsOf = async ({ catalogue, id }: EvaluationRun) =>
  (await listEvaluationResults(stores.pool, catalogue, [id])).get(id);
const level = { mean: 0.3, low: 0.2, high: 0.4 };
const result: SplitEvaluation = {
  seeds: [1, 2],
  people: [50, 50],
  rows: [{ method: 'popularity', isDefault: false, isBaseline: true, metrics: { 'ndcg@20': level } }],
  comparisons: [{ method: 'popularity', difference: level, p: 0.01 }],
};
const end = {
  data: { from: null, to: null, events: 9, dropped: [], interactions: 5, profiles: 3, items: 4 },
  cpuSeconds: 1.5,
  peakMemoryBytes: 3e9,
};
const step = { split: 'COLD_ITEMS', seed: 2, method: 'item-kNN', done: 60 } as const;

test('asking for the same again is answered with the open one; another one is refused until that is over', async () => {
  const catalogue = await newCatalogue();
  const answers = await Promise.all(
    [1, 2, 3].map(() => startEvaluationRun(stores.pool, catalogue, { ...wanted, note: 'why' })),
  );
  expect(new Set(answers.map(({ run }) => run.id)).size).toBe(1);
  expect(answers.filter(({ started }) => started)).toHaveLength(1);
  expect(await listAudit(stores.pool, catalogue, 10, null)).toMatchObject([
    { actor: 'member:ann', action: 'evaluation.start', detail: { seeds: 2, people: 50, note: 'why' } },
  ]);
  await expect(start(catalogue, { seeds: 3 })).rejects.toMatchObject({ code: 'CONFLICT' });
});

test('a run tells what is judged now, and keeps each split with its result or why it could judge nobody', async () => {
  const run = await start(await newCatalogue());
  const mine = await claim(run);
  expect(await reportEvaluationProgress(stores.pool, mine, step, 60_000)).toBe(true);
  expect(await find(run)).toMatchObject({ ...step, status: 'RUNNING', total: 200, attempt: 1 });
  await storeEvaluationResult(stores.pool, mine, { split: 'COLD_USERS', problem: 'Nobody can be judged.' });
  await storeEvaluationResult(stores.pool, mine, { split: 'COLD_ITEMS', result });
  await finishEvaluationRun(stores.pool, mine, end);
  expect(await find(run)).toMatchObject({
    status: 'SUCCEEDED',
    ...end,
    done: 200,
    split: null,
    method: null,
    error: null,
  });
  expect(await resultsOf(run)).toEqual([
    { split: 'COLD_ITEMS', result, problem: null },
    { split: 'COLD_USERS', result: null, problem: 'Nobody can be judged.' },
  ]);
});

test('a run that could judge nobody on any split has failed, with what each of them said', async () => {
  const run = await start(await newCatalogue());
  const mine = await claim(run);
  await storeEvaluationResult(stores.pool, mine, { split: 'COLD_ITEMS', problem: 'No items.' });
  await storeEvaluationResult(stores.pool, mine, { split: 'COLD_USERS', problem: 'No people.' });
  await finishEvaluationRun(stores.pool, mine, end);
  expect(await find(run)).toMatchObject({
    status: 'FAILED',
    errorCode: 'BAD_INPUT',
    error: 'No items. No people.',
  });
});

test('a run whose lease is over goes on with another worker after what is judged; the first one writes nothing', async () => {
  const run = await start(await newCatalogue());
  const first = await claim(run, 0);
  await storeEvaluationResult(stores.pool, first, { split: 'COLD_ITEMS', result });
  expect(await findWaitingEvaluationRuns(stores.pool)).toContain(run.id);
  const second = await claim(run);
  expect(second.attempt).toBe(2);
  expect(await judgedSplits(stores.pool, second)).toEqual(new Set(['COLD_ITEMS']));
  expect(await reportEvaluationProgress(stores.pool, first, step, 60_000)).toBe(false);
  const late = storeEvaluationResult(stores.pool, first, { split: 'COLD_USERS', result });
  await expect(late).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(finishEvaluationRun(stores.pool, first, end)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await failEvaluationRun(stores.pool, first, { code: 'INTERNAL', message: 'late' })).toBe(false);
  await releaseEvaluationRun(stores.pool, first, null);
  expect(await find(run)).toMatchObject({ status: 'RUNNING', attempt: 2, faults: 1 });
});

test('a worker that stops in order gives its run back without a fault; faults are bounded', async () => {
  const run = await start(await newCatalogue());
  await releaseEvaluationRun(stores.pool, await claim(run), null);
  expect(await find(run)).toMatchObject({ status: 'QUEUED', faults: 0, finishedAt: null });
  for (let fault = 0; fault < maximumEvaluationFaults; fault++) {
    await releaseEvaluationRun(stores.pool, await claim(run), {
      code: 'UNAVAILABLE',
      message: 'no database',
    });
  }
  expect(await find(run)).toMatchObject({
    status: 'FAILED',
    error: 'no database',
    finishedAt: expect.any(Date),
  });
  const fatal = await start(await newCatalogue());
  for (let death = 0; death < maximumEvaluationFaults; death++) await claim(fatal, 0);
  expect(await claimEvaluationRun(stores.pool, fatal.id, 0)).toBeNull();
  expect((await find(fatal))?.error).toContain('give the worker more');
});

test('a cancelled run is over for its worker, stands in the audit log, and the next can start', async () => {
  const catalogue = await newCatalogue();
  const run = await start(catalogue);
  const mine = await claim(run);
  await cancelEvaluationRun(stores.pool, catalogue, run.id, 'member:ann');
  expect(await reportEvaluationProgress(stores.pool, mine, step, 60_000)).toBe(false);
  await expect(cancelEvaluationRun(stores.pool, catalogue, run.id, 'x')).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  expect((await listAudit(stores.pool, catalogue, 1, null))[0]).toMatchObject({
    action: 'evaluation.cancel',
    target: run.id,
  });
  expect((await start(catalogue)).id).not.toBe(run.id);
});

test('runs are paged newest first; those of another catalogue, and their results, are not there', async () => {
  const [mine, other] = [await newCatalogue(), await newCatalogue()];
  const foreign = await start(other);
  await storeEvaluationResult(stores.pool, await claim(foreign), { split: 'COLD_ITEMS', result });
  const made: string[] = [];
  for (let count = 0; count < 3; count++) {
    const run = await start(mine);
    made.unshift(run.id);
    await cancelEvaluationRun(stores.pool, mine, run.id, 'member:ann');
  }
  const page = await listEvaluationRuns(stores.pool, mine, { first: 2, before: null });
  const before = page.at(-1)?.number ?? null;
  const rest = await listEvaluationRuns(stores.pool, mine, { first: 2, before });
  expect([...page, ...rest].map(({ id }) => id)).toEqual(made);
  expect(await findEvaluationRun(stores.pool, mine, foreign.id)).toBeNull();
  expect((await listEvaluationResults(stores.pool, mine, [foreign.id])).get(foreign.id)).toEqual([]);
  await expect(cancelEvaluationRun(stores.pool, mine, foreign.id, 'x')).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('a catalogue keeps its last hundred evaluations', async () => {
  const [mine, other] = [await newCatalogue(), await newCatalogue()];
  const foreign = await start(other);
  const oldest = await start(mine);
  await cancelEvaluationRun(stores.pool, mine, oldest.id, 'x');
  await stores.pool.query(
    `INSERT INTO evaluation_run (id, catalogue_id, status, splits, seeds, people, requested_by)
     SELECT gen_random_uuid(), $1, 'CANCELLED', '{WARM}', 1, 10, 'x' FROM generate_series(1, 99)`,
    [mine],
  );
  const newest = await start(mine);
  await finishEvaluationRun(stores.pool, await claim(newest), end);
  expect(await find(oldest)).toBeNull();
  expect(await find(foreign)).not.toBeNull();
  expect(await find(newest)).not.toBeNull();
});
