import type { ModelVersion } from '@kindling/storage';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../stack/stack.js';
import {
  type AnsweredList,
  askAllTheTime,
  faultsOf,
  openServedCatalogue,
  type ServedApi,
  type ServedCatalogue,
  type ServedList,
  type Taste,
} from './served-catalogue.fixture.js';

let served: ServedCatalogue;
let old: ModelVersion;
let next: ModelVersion;
const tasteOf = new Map<number | null, Taste>();
beforeAll(async () => {
  served = await openServedCatalogue();
  const worker = served.startWorker();
  old = await train('blocks');
  next = await train('thirds');
  worker.signal('SIGTERM');
  await worker.exited;
  await served.activate(old);
});
afterAll(() => served?.close());

async function train(taste: Taste): Promise<ModelVersion> {
  await served.follow(taste);
  const model = await served.trainedBy(await served.askForTraining());
  tasteOf.set(model.number, taste);
  return model;
}

/** Of every list what is wrong with it, held against the model that it says to be made with. */
const faultsIn = (lists: readonly ServedList[]) =>
  lists.flatMap((list) => {
    const taste = tasteOf.get(list.model);
    return taste === undefined ? [`made with model ${list.model}`] : faultsOf(list, taste);
  });
const modelsOf = (lists: readonly ServedList[]) => [...new Set(lists.map(({ model }) => model))];

/** Whoever asks after somebody was answered by the new model is answered by it too. */
function expectOneSwitch(lists: readonly AnsweredList[]): void {
  const answers = lists.filter(({ model }) => model === next.number).map(({ answeredAt }) => answeredAt);
  const switchedAt = Math.min(...answers);
  expect(modelsOf(lists.filter(({ askedAt }) => askedAt > switchedAt))).toEqual([next.number]);
  expect(modelsOf(lists.filter(({ answeredAt }) => answeredAt < switchedAt))).toEqual([old.number]);
}

test('kill -9 of the API in the middle of a swap: who asks all along gets whole lists of the old model, then of the new one', async () => {
  // its first load is that of its start, the second one that of the swap
  const killed = await served.startApi({ FAIL_AT: 'model.loaded:2' });
  const other = await served.startApi();
  const [ofKilled, ofOther] = [askAllTheTime(killed), askAllTheTime(other)];
  await until(() => ofKilled.lists.length >= 20 && ofOther.lists.length >= 20);
  let isDead = false;
  void killed.exited.then(() => {
    isDead = true;
  });
  await served.activate(next);
  const isOfNext = ({ model }: ServedList) => model === next.number;
  await until(() => isDead && ofOther.lists.filter(isOfNext).length >= 20);
  await ofOther.stop();
  await ofKilled.stop();
  expect(await killed.exited).toBe('SIGKILL');

  expect.soft(ofOther.failures, other.log().slice(-3_000)).toEqual([]);
  expect(faultsIn(ofOther.lists)).toEqual([]);
  expectOneSwitch(ofOther.lists);
  // what the killed one still answered was by the old model, whole
  expect(modelsOf(ofKilled.lists)).toEqual([old.number]);
  expect(faultsIn(ofKilled.lists)).toEqual([]);

  const back = await served.startApi();
  const list = await back.list();
  expect(list.model).toBe(next.number);
  expect(faultsIn([list])).toEqual([]);
  for (const api of [other, back]) api.signal('SIGTERM');
}, 600_000);

test('swaps and roll-backs one after the other: no list is empty, mixed or missing', async () => {
  await served.activate(old);
  const api = await served.startApi();
  const asking = askAllTheTime(api);
  for (const model of [next, old, next, old]) {
    await served.activate(model);
    const before = asking.lists.length;
    await until(() => asking.lists.slice(before).filter((list) => list.model === model.number).length >= 10);
  }
  await asking.stop();
  expect.soft(asking.failures, api.log().slice(-3_000)).toEqual([]);
  expect(faultsIn(asking.lists)).toEqual([]);
  expect(modelsOf(asking.lists).sort()).toEqual([old.number, next.number].sort());
  api.signal('SIGTERM');
}, 600_000);

test('a damaged artefact: the old model serves on, also on a process that starts then, and the overview says why', async () => {
  await served.activate(old);
  const running = await served.startApi();
  const asking = askAllTheTime(running);
  await served.pool.query(
    `UPDATE model_chunk SET data = set_byte(data, length(data) / 2, get_byte(data, length(data) / 2) # 1)
     WHERE model_id = $1 AND position = 0`,
    [next.id],
  );
  await served.activate(next);
  await until(async () => (await running.modelStatus()).problem !== null);
  const started = await served.startApi();
  const lists = [await running.list(), await started.list()];
  await asking.stop();
  expect(asking.failures).toEqual([]);
  expect(faultsIn([...asking.lists, ...lists])).toEqual([]);
  expect(modelsOf([...asking.lists, ...lists])).toEqual([old.number]);
  for (const api of [running, started] satisfies ServedApi[]) {
    const { problem, active } = await api.modelStatus();
    expect(problem).toMatch(/damaged/);
    expect(active).toBe(next.number);
  }
}, 600_000);

test('a list of one model is told from a list of the other, and from a mixture, so that these tests can fail', () => {
  const blocks = { model: 1, degraded: [], items: [1, 2, 4, 5, 7, 8, 10, 11, 13, 14] };
  const thirds = { model: 2, degraded: [], items: [33, 36, 39, 42, 45, 48, 51, 54, 57, 60] };
  const mixed = { ...blocks, items: [...blocks.items.slice(0, 5), ...thirds.items.slice(5)] };
  expect([faultsOf(blocks, 'blocks'), faultsOf(thirds, 'thirds')]).toEqual([[], []]);
  for (const taste of ['blocks', 'thirds'] as const) {
    expect(faultsOf(mixed, taste)).not.toEqual([]);
    expect(faultsOf({ ...blocks, items: [] }, taste)).not.toEqual([]);
    expect(faultsOf({ ...blocks, degraded: ['model'] }, taste)).not.toEqual([]);
  }
  expect(faultsOf(blocks, 'thirds')).not.toEqual([]);
  expect(faultsOf(thirds, 'blocks')).not.toEqual([]);
});
