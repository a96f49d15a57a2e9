import type { CatalogueId } from '@kindling/domain';
import { deserialiseModel } from '@kindling/recommender';
import {
  cancelTrainingRun,
  claimTrainingRun,
  findActiveModel,
  findTrainingRun,
  listModels,
  maximumTrainingFaults,
  readModelArtefact,
  startTrainingRun,
} from '@kindling/storage';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startDueTrainings } from '../sweeper.js';
import { storeTastes } from '../training/tastes.fixture.js';
import { startTrainingProcess } from '../training/training-process.js';
import { noFailpoint, openWorkerFixture, silentLog, type WorkerFixture } from '../worker.fixture.js';
import { type TrainModelParts, trainModel } from './train-model.js';

let fixture: WorkerFixture;
beforeAll(async () => {
  fixture = await openWorkerFixture();
});
afterAll(() => fixture.close());

const neverStop = new AbortController().signal;
const handler = (parts: Partial<TrainModelParts> = {}) =>
  trainModel({
    pool: fixture.pool,
    databaseUrl: fixture.databaseUrl,
    watts: 20,
    log: silentLog,
    failpoint: noFailpoint,
    ...parts,
  });
const start = async (catalogue: CatalogueId) =>
  (await startTrainingRun(fixture.pool, catalogue, { trigger: 'MANUAL', actor: 'member:ann' })).run;

test('a run collects, cleans, trains, judges and registers: the model serves until a better one is there, and says what it cost', async () => {
  const { pool } = fixture;
  const catalogue = await fixture.catalogue('tastes');
  await storeTastes(pool, catalogue);
  const run = await start(catalogue);
  const stages: string[] = [];
  await handler({ failpoint: (stage) => stages.push(stage) })({ runId: run.id }, neverStop);

  expect(await findTrainingRun(pool, catalogue, run.id)).toMatchObject({ status: 'SUCCEEDED', attempt: 1 });
  expect(stages).toEqual(
    ['clean', 'normalise', 'split', 'train', 'evaluate', 'register'].map((stage) => `train.${stage}`),
  );
  const model = await findActiveModel(pool, catalogue);
  expect(model).toMatchObject({
    number: 1,
    status: 'ACTIVE',
    activatedBy: 'system',
    gate: { verdict: 'PASSED', activeModelId: null },
    data: { profiles: 180, items: 66 },
    watts: 20,
  });
  expect(model?.metrics.map(({ slice }) => slice)).toEqual(['COLD_ITEMS', 'COLD_USERS', 'WARM']);
  expect(model?.peakMemoryBytes).toBeGreaterThan(50e6);
  expect(model?.cpuSeconds).toBeGreaterThan(0.1);
  expect(model?.durationMs).toBeGreaterThan(100);
  const artefact = await deserialiseModel(await readModelArtefact(pool, catalogue, model?.id ?? ''));
  expect(artefact.trained).toHaveLength(60);

  // trained again on the same events, by another split: the gate alone says which one serves
  const again = await start(catalogue);
  await handler()({ runId: again.id }, neverStop);
  const [newest] = await listModels(pool, catalogue, { first: 1, before: null });
  expect(newest).toMatchObject({ number: 2, gate: { activeModelId: model?.id } });
  expect(newest?.metrics.every(({ active }) => active !== null)).toBe(true);
  const serving = newest?.gate.verdict === 'PASSED' ? newest : model;
  expect((await findActiveModel(pool, catalogue))?.id).toBe(serving?.id);

  // and one that fails leaves what serves alone
  await pool.query('DELETE FROM event WHERE catalogue_id = $1', [catalogue]);
  const failing = await start(catalogue);
  await handler()({ runId: failing.id }, neverStop);
  expect(await findTrainingRun(pool, catalogue, failing.id)).toMatchObject({ status: 'FAILED' });
  expect((await findActiveModel(pool, catalogue))?.id).toBe(serving?.id);
}, 240_000);

test('a catalogue without events fails with what to do, and nothing is registered', async () => {
  const catalogue = await fixture.catalogue('empty');
  const run = await start(catalogue);
  await handler()({ runId: run.id }, neverStop);
  expect(await findTrainingRun(fixture.pool, catalogue, run.id)).toMatchObject({
    status: 'FAILED',
    errorCode: 'BAD_INPUT',
    error: expect.stringContaining('record or import some'),
  });
  expect(await listModels(fixture.pool, catalogue, { first: 1, before: null })).toEqual([]);
}, 180_000);

test('a worker that is told to stop gives its run back at once, without a fault', async () => {
  const catalogue = await fixture.catalogue('stopped');
  await storeTastes(fixture.pool, catalogue, { people: 20 });
  const run = await start(catalogue);
  const stop = new AbortController();
  await handler({ failpoint: () => stop.abort() })({ runId: run.id }, stop.signal);
  expect(await findTrainingRun(fixture.pool, catalogue, run.id)).toMatchObject({
    status: 'QUEUED',
    faults: 0,
  });
}, 180_000);

test('a cancelled run ends its process, and its model is never registered', async () => {
  const { pool } = fixture;
  const catalogue = await fixture.catalogue('cancelled');
  await storeTastes(pool, catalogue);
  const run = await start(catalogue);
  const training = handler()({ runId: run.id }, neverStop);
  const stage = async () => (await findTrainingRun(pool, catalogue, run.id))?.stage;
  await vi.waitFor(async () => expect(['TRAIN', 'EVALUATE']).toContain(await stage()), { timeout: 120_000 });
  await cancelTrainingRun(pool, catalogue, run.id, 'member:ann');
  await training;
  expect(await findTrainingRun(pool, catalogue, run.id)).toMatchObject({ status: 'CANCELLED' });
  expect(await listModels(pool, catalogue, { first: 1, before: null })).toEqual([]);
}, 180_000);

test('a process that is killed gives the run back with a fault; after the last one the run has failed', async () => {
  const { pool } = fixture;
  const catalogue = await fixture.catalogue('killed');
  await storeTastes(pool, catalogue, { people: 20 });
  const run = await start(catalogue);
  const fatal = handler({
    start: (task, onProgress) => {
      const training = startTrainingProcess(task, (progress) => {
        onProgress(progress);
        if (progress.stage === 'TRAIN') training.kill();
      });
      return training;
    },
  });
  for (let fault = 1; fault <= maximumTrainingFaults; fault++) {
    await fatal({ runId: run.id }, neverStop);
    expect(await findTrainingRun(pool, catalogue, run.id)).toMatchObject({
      status: fault < maximumTrainingFaults ? 'QUEUED' : 'FAILED',
      faults: fault,
      error: expect.stringContaining('SIGKILL'),
    });
  }
  expect(await listModels(pool, catalogue, { first: 1, before: null })).toEqual([]);
}, 240_000);

test('a run that another worker has is left alone', async () => {
  const catalogue = await fixture.catalogue('held');
  const run = await start(catalogue);
  await claimTrainingRun(fixture.pool, run.id, 60_000);
  await handler()({ runId: run.id }, neverStop);
  expect(await findTrainingRun(fixture.pool, catalogue, run.id)).toMatchObject({
    attempt: 1,
    status: 'RUNNING',
  });
});

test('trainings that are due are asked for once, by however many workers', async () => {
  const { pool } = fixture;
  const catalogue = await fixture.catalogue('due');
  await storeTastes(pool, catalogue, { people: 20 });
  const tomorrow = new Date(Date.now() + 86_400_000);
  await Promise.all([1, 2, 3].map(() => startDueTrainings(pool, tomorrow)));
  const runs = await pool.query<{ trigger: string }>(
    'SELECT trigger FROM training_run WHERE catalogue_id = $1',
    [catalogue],
  );
  expect(runs.rows).toEqual([{ trigger: 'NIGHTLY' }]);
});
