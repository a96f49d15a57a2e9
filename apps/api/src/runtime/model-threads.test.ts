import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ModelVersion } from '@kindling/storage';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type ApiFixture, openApi } from '../api.fixture.js';
import { registerTraining } from '../model.fixture.js';
import type { LoadedModel } from './model-job.js';
import { ModelThreads } from './model-threads.js';

let api: ApiFixture;
let model: ModelVersion;
beforeAll(async () => {
  api = await openApi();
  await api.store(api.shop, ...['a', 'b', 'c', 'd'].map((id) => ({ id, title: `thing ${id}` })));
  model = await registerTraining(api.pool, api.shop.id, {
    likes: [
      ['a', 'b'],
      ['a', 'b', 'c'],
      ['c', 'd'],
    ],
  });
});
afterAll(() => api.close());

const neverStop = new AbortController().signal;
const isShared = ({ served }: LoadedModel) => {
  const arrays = served.lists.flatMap(([, lists]) => Object.values(lists) as Int32Array[]);
  const shared = [served.numbers, ...arrays].map(({ buffer }) => buffer instanceof SharedArrayBuffer);
  expect(new Set(shared).size).toBe(1);
  return shared[0];
};
setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

it('a model that is to serve lies outside of the heap, whole as any other, so that a switch sets no collection off', async () => {
  const threads = new ModelThreads(api.databaseUrl);
  const read = await threads.load(api.shop.id, model.id, neverStop);
  const toServe = await threads.loadToServe(api.shop.id, model.id, neverStop);
  expect([isShared(read), isShared(toServe)]).toEqual([false, true]);
  expect(toServe).toEqual(read);
}, 240_000);

it('old models do not pile up outside of the heap: beyond two the next one comes into it, until they are collected', async () => {
  const threads = new ModelThreads(api.databaseUrl);
  const load = () => threads.loadToServe(api.shop.id, model.id, neverStop);
  // whoever still holds a model keeps it from being collected
  const held: LoadedModel[] = [];
  const switchOnce = async () => {
    const loaded = await load();
    held.push(loaded);
    threads.letGo(loaded);
    return isShared(loaded);
  };
  expect([await switchOnce(), await switchOnce(), await switchOnce()]).toEqual([true, true, false]);
  held.length = 0;
  await vi.waitFor(
    async () => {
      collect();
      expect(isShared(await load())).toBe(true);
    },
    { timeout: 200_000, interval: 50 },
  );
}, 240_000);
