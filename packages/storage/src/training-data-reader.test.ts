import { catalogueId } from '@kindling/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { daysAgo, event, events, now } from './event.fixture.js';
import { insertEvents } from './event-store.js';
import { deleteItems, upsertItems } from './item-store.js';
import { hashOf, itemWrite, openStores, type StoreFixture, testModel } from './store.fixture.js';
import { readTrainingSource, type TrainingSourceQuery } from './training-data-reader.js';
import { writeVectors } from './vector-store.js';

let stores: StoreFixture;
beforeAll(async () => {
  stores = await openStores();
  const { pool, catalogue } = stores;
  await upsertItems(
    pool,
    catalogue,
    ['film', 'book', 'gone'].map((id) => itemWrite(id)),
  );
  await deleteItems(pool, catalogue, ['gone']);
  await pool.query('UPDATE catalogue SET active_model_id = $2 WHERE id = $1', [catalogue, testModel.id]);
});
afterAll(() => stores.close());

const read = (fields: Partial<TrainingSourceQuery> = {}, catalogue = stores.catalogue) =>
  readTrainingSource(stores.pool, catalogue, {
    since: daysAgo(365),
    maximumEvents: 1_000,
    onProgress: () => undefined,
    ...fields,
  });

test('events come by person and time, about living items, with the vectors of the serving encoder', async () => {
  const { pool, catalogue } = stores;
  await insertEvents(
    pool,
    catalogue,
    events(
      event('1', { profileId: 'bob', itemId: 'book', occurredAt: daysAgo(2) }),
      event('2', { itemId: 'film', occurredAt: daysAgo(1) }),
      event('3', { itemId: 'book', type: 'RATING', value: 4, occurredAt: daysAgo(3) }),
      event('4', { itemId: 'gone', occurredAt: daysAgo(3) }),
      event('5', { itemId: 'never-known', occurredAt: daysAgo(3) }),
      event('6', { type: 'SEARCH', itemId: null, query: 'films', occurredAt: daysAgo(3) }),
      event('7', { type: 'IMPRESSION', occurredAt: daysAgo(3) }),
      // a session that is called like a profile is somebody else
      event('8', { profileId: null, sessionId: 'ann', itemId: 'film', occurredAt: daysAgo(4) }),
      event('9', { itemId: 'film', occurredAt: daysAgo(400) }),
    ),
    null,
  );
  const [film] = (await read()).items;
  await writeVectors(pool, catalogue, testModel, [
    {
      number: film?.number ?? (0 as never),
      contentHash: hashOf('Title of film'),
      vector: new Float32Array([1, 0, 0, 0]),
    },
  ]);
  const source = await read();
  expect(source.items.map(({ id, vector }) => [id, vector && [...vector]])).toEqual([
    ['film', [1, 0, 0, 0]],
    ['book', null],
  ]);
  expect(source.encoderModelId).toBe(testModel.id);
  const { profile, item, value, atMs, profiles } = source.events;
  expect(profiles).toBe(3);
  expect([...profile]).toEqual([0, 0, 1, 2]);
  expect([...item]).toEqual([1, 0, 1, 0]);
  expect([...value]).toEqual([4, Number.NaN, Number.NaN, Number.NaN]);
  expect([...atMs]).toEqual([3, 1, 2, 4].map((days) => daysAgo(days).getTime()));
  expect(source).toMatchObject({ unknownItems: 2, withheld: 0, from: daysAgo(4), to: daysAgo(1) });
  expect(source.countedEvents).toBeGreaterThanOrEqual(4);
});

test('events of people who do not consent to training stay out and are counted', async () => {
  const { pool, catalogue } = stores;
  await pool.query(
    `UPDATE profile SET consent = '{"training": false}' WHERE catalogue_id = $1 AND id = 'bob'`,
    [catalogue],
  );
  expect(await read()).toMatchObject({ withheld: 1, events: { length: 3, profiles: 2 } });
});

test('of more events than are wanted the newest are read, and progress ends at what there is', async () => {
  const seen: number[][] = [];
  const source = await read({ maximumEvents: 1, onProgress: (done, total) => seen.push([done, total]) });
  expect([...source.events.atMs]).toEqual([daysAgo(1).getTime()]);
  expect(seen.at(-1)).toEqual([1, 1]);
});

test('a batch boundary in the middle of a person makes no second person of them', async () => {
  const { pool, catalogue } = stores;
  const many = Array.from({ length: 10_300 }, (_, at) =>
    event(`many-${at}`, { profileId: 'zoe', occurredAt: new Date(now.getTime() - at * 1_000) }),
  );
  for (let from = 0; from < many.length; from += 1_000) {
    await insertEvents(pool, catalogue, events(...many.slice(from, from + 1_000)), null);
  }
  const source = await read({ maximumEvents: 100_000 });
  expect(source.events.profiles).toBe(3);
  expect([...source.events.profile].filter((profile) => profile === 1)).toHaveLength(10_300);
});

test('another catalogue has nothing of it', async () => {
  const source = await read({}, catalogueId('elsewhere'));
  expect(source).toMatchObject({ items: [], events: { length: 0 }, from: null, encoderModelId: null });
});
