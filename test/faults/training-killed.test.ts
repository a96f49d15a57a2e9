import { findTrainingRun, listModels, readModelPointer } from '@kindling/storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../stack/stack.js';
import {
  askAllTheTime,
  faultsOf,
  openServedCatalogue,
  type ServedApi,
  type ServedCatalogue,
  type ServedProcess,
} from './served-catalogue.fixture.js';

/*
 * Everything here is trained on the same events: whichever model serves, its lists are of that taste, and a list that
 * was made by none, or by half of one, is not.
 */
const taste = 'blocks';

let served: ServedCatalogue;
let api: ServedApi;
beforeAll(async () => {
  served = await openServedCatalogue();
  await served.follow(taste);
  const worker = served.startWorker();
  await served.activate(await served.trainedBy(await served.askForTraining()));
  worker.signal('SIGKILL');
  api = await served.startApi();
});
afterAll(() => served?.close());

const find = (run: string) => findTrainingRun(served.pool, served.catalogue, run);
const pointer = async () => (await readModelPointer(served.pool, served.catalogue)).modelId;
const models = () => listModels(served.pool, served.catalogue, { first: 20, before: null });
const versionsOf = async (run: string) => (await models()).filter(({ runId }) => runId === run);
const servingNumber = async () => {
  const serving = await pointer();
  return (await models()).find(({ id }) => id === serving)?.number;
};
const trainingSessions = async () =>
  (
    await served.pool.query(
      `SELECT FROM pg_stat_activity WHERE application_name = 'kindling-training' AND datname = current_database()`,
    )
  ).rowCount ?? 0;
const end = async ({ signal, exited }: ServedProcess) => {
  signal('SIGKILL');
  await exited;
};

test.each(['train.train', 'train.evaluate', 'train.register'])(
  'kill -9 of the worker at %s: who asks all along gets whole lists of the old model, and another worker ends the run',
  async (place) => {
    const serving = await pointer();
    const oldNumber = await servingNumber();
    const asking = askAllTheTime(api);
    const first = served.startWorker({ FAIL_AT: `${place}:1` });
    const run = await served.askForTraining();
    expect(await first.exited).toBe('SIGKILL');
    expect(serving).not.toBeNull();
    // the process that trained has lost its worker and ends; at the very end it may still have registered
    await until(async () => (await trainingSessions()) === 0);
    const wasRegistered = (await find(run))?.status === 'SUCCEEDED';
    if (!wasRegistered) {
      expect(await pointer()).toBe(serving);
      const asked = asking.lists.length;
      await until(() => asking.lists.length >= asked + 20);
      expect(new Set(asking.lists.map(({ model }) => model))).toEqual(new Set([oldNumber]));
    }

    const second = served.startWorker();
    await until(async () => (await find(run))?.status === 'SUCCEEDED');
    expect(await find(run)).toMatchObject(
      wasRegistered ? { attempt: 1, faults: 0 } : { attempt: 2, faults: 1 },
    );
    expect(await versionsOf(run)).toHaveLength(1);
    // the new one only if its gate has let it
    const newNumber = await servingNumber();
    await until(() => asking.lists.at(-1)?.model === newNumber);
    await asking.stop();
    await end(second);
    expect.soft(asking.failures, api.log().slice(-3_000)).toEqual([]);
    expect(asking.lists.flatMap((list) => faultsOf(list, taste))).toEqual([]);
    const numbers = new Set(asking.lists.map(({ model }) => model));
    expect([...numbers].filter((number) => number !== oldNumber && number !== newNumber)).toEqual([]);
  },
  600_000,
);

test('a worker frozen past its lease, with its training, wakes up and registers nothing', async () => {
  const serving = await pointer();
  const frozen = served.startWorker();
  const run = await served.askForTraining();
  await until(async () => ['TRAIN', 'EVALUATE'].includes((await find(run))?.stage ?? ''));
  frozen.signal('SIGSTOP');
  expect(await pointer()).toBe(serving);

  const other = served.startWorker();
  await until(async () => (await find(run))?.status === 'SUCCEEDED');
  const after = await find(run);
  expect(after).toMatchObject({ attempt: 2, faults: 1 });
  const now = await pointer();

  frozen.signal('SIGCONT');
  await until(() => /no longer this worker's|taken over by another worker/.test(frozen.log()));
  expect(await find(run)).toEqual(after);
  expect(await versionsOf(run)).toHaveLength(1);
  expect(await pointer()).toBe(now);
  await end(frozen);
  await end(other);
}, 600_000);
