import type { CatalogueId } from '@kindling/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listAudit } from './audit-store.js';
import { addCatalogue, openStores, type StoreFixture } from './store.fixture.js';
import {
  cancelTrainingRun,
  claimTrainingRun,
  failTrainingRun,
  findTrainingRun,
  findWaitingTrainingRuns,
  listTrainingRuns,
  maximumTrainingFaults,
  releaseTrainingRun,
  reportTrainingProgress,
  startTrainingRun,
  type TrainingRun,
} from './training-run-store.js';

let stores: StoreFixture;
beforeAll(async () => {
  stores = await openStores();
});
afterAll(() => stores.close());

let catalogues = 0;
const newCatalogue = () => addCatalogue(stores.pool, `training-${++catalogues}`);
const start = async (catalogue: CatalogueId) =>
  (await startTrainingRun(stores.pool, catalogue, { trigger: 'MANUAL', actor: 'member:ann' })).run;
const find = (run: TrainingRun) => findTrainingRun(stores.pool, run.catalogue, run.id);
const step = { stage: 'TRAIN', done: 3, total: 9 } as const;

test('a second start is answered with the run that is open, and leaves no second entry in the audit log', async () => {
  const catalogue = await newCatalogue();
  const answers = await Promise.all(
    Array.from({ length: 4 }, () =>
      startTrainingRun(stores.pool, catalogue, { trigger: 'MANUAL', actor: 'member:ann' }),
    ),
  );
  expect(new Set(answers.map(({ run }) => run.id)).size).toBe(1);
  expect(answers.filter(({ started }) => started)).toHaveLength(1);
  expect(await listAudit(stores.pool, catalogue, 10, null)).toHaveLength(1);
});

test('a run is claimed once, and its progress is what its worker said last', async () => {
  const run = await start(await newCatalogue());
  const claims = await Promise.all([1, 2].map(() => claimTrainingRun(stores.pool, run.id, 60_000)));
  expect(claims.filter((claim) => claim !== null)).toMatchObject([{ status: 'RUNNING', attempt: 1 }]);
  expect(await reportTrainingProgress(stores.pool, { id: run.id, attempt: 1 }, step, 60_000)).toBe(true);
  expect(await find(run)).toMatchObject({ ...step, status: 'RUNNING', faults: 0 });
  expect(await findWaitingTrainingRuns(stores.pool)).not.toContain(run.id);
});

test('a run whose lease is over goes to another worker, and the first one writes nothing more', async () => {
  const run = await start(await newCatalogue());
  await claimTrainingRun(stores.pool, run.id, 0);
  expect(await findWaitingTrainingRuns(stores.pool)).toContain(run.id);
  expect(await claimTrainingRun(stores.pool, run.id, 60_000)).toMatchObject({ attempt: 2, faults: 1 });
  const late = { id: run.id, attempt: 1 };
  expect(await reportTrainingProgress(stores.pool, late, step, 60_000)).toBe(false);
  expect(await failTrainingRun(stores.pool, late, { code: 'INTERNAL', message: 'late' })).toBe(false);
  await releaseTrainingRun(stores.pool, late, null);
  expect(await find(run)).toMatchObject({ status: 'RUNNING', stage: null, attempt: 2 });
});

test('a run that kills its workers fails at last, and says what to do', async () => {
  const run = await start(await newCatalogue());
  for (let death = 0; death < maximumTrainingFaults; death++) {
    expect(await claimTrainingRun(stores.pool, run.id, 0)).not.toBeNull();
  }
  expect(await claimTrainingRun(stores.pool, run.id, 0)).toBeNull();
  const failed = await find(run);
  expect(failed).toMatchObject({ status: 'FAILED', errorCode: 'INTERNAL' });
  expect(failed?.error).toContain('give the worker more');
});

test('a worker that stops in order gives its run back without a fault; faults are bounded', async () => {
  const run = await start(await newCatalogue());
  const claim = async () => {
    const claimed = await claimTrainingRun(stores.pool, run.id, 60_000);
    return { id: run.id, attempt: claimed?.attempt ?? -1 };
  };
  await releaseTrainingRun(stores.pool, await claim(), null);
  expect(await find(run)).toMatchObject({ status: 'QUEUED', faults: 0 });
  for (let fault = 0; fault < maximumTrainingFaults; fault++) {
    await releaseTrainingRun(stores.pool, await claim(), { code: 'UNAVAILABLE', message: 'no database' });
  }
  expect(await find(run)).toMatchObject({ status: 'FAILED', error: 'no database' });
});

test('a cancelled run is over for its worker, and the next can start', async () => {
  const catalogue = await newCatalogue();
  const run = await start(catalogue);
  await claimTrainingRun(stores.pool, run.id, 60_000);
  await cancelTrainingRun(stores.pool, catalogue, run.id, 'member:ann');
  expect(await reportTrainingProgress(stores.pool, { id: run.id, attempt: 1 }, step, 60_000)).toBe(false);
  await expect(cancelTrainingRun(stores.pool, catalogue, run.id, 'member:ann')).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  expect((await start(catalogue)).id).not.toBe(run.id);
});

test('runs are paged newest first, and those of another catalogue are not there', async () => {
  const [mine, other] = [await newCatalogue(), await newCatalogue()];
  await start(other);
  const made: string[] = [];
  for (let count = 0; count < 3; count++) {
    const run = await start(mine);
    made.unshift(run.id);
    await cancelTrainingRun(stores.pool, mine, run.id, 'member:ann');
  }
  const page = await listTrainingRuns(stores.pool, mine, { first: 2, before: null });
  const rest = await listTrainingRuns(stores.pool, mine, { first: 2, before: page.at(-1)?.number ?? null });
  expect([...page, ...rest].map(({ id }) => id)).toEqual(made);
  const [foreign] = await listTrainingRuns(stores.pool, other, { first: 1, before: null });
  expect(await findTrainingRun(stores.pool, mine, foreign?.id ?? '')).toBeNull();
  await expect(cancelTrainingRun(stores.pool, mine, foreign?.id ?? '', 'member:ann')).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});
