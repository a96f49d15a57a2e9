import { randomUUID } from 'node:crypto';
import { recommendationId } from '@kindling/domain';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkEvents, insertEvents } from './event-store.js';
import { upsertItems } from './item-store.js';
import { type Exposure, RecommendationLog } from './recommendation-log.js';
import { readServedGroups } from './served-list-store.js';
import { addCatalogue, itemWrite, openStores, type StoreFixture } from './store.fixture.js';

const hourMs = 3_600_000;
const now = Date.now();

let stores: StoreFixture;
beforeAll(async () => {
  stores = await openStores();
});
afterAll(() => stores.close());

it('counts lists and clicked lists by placement, rung and coldness, of one catalogue and of first pages', async () => {
  const [catalogue, other] = [
    await addCatalogue(stores.pool, 'served'),
    await addCatalogue(stores.pool, 'other'),
  ];
  await upsertItems(stores.pool, catalogue, [itemWrite('film')]);
  const log = new RecommendationLog(stores.pool);
  const list = (fields: Partial<Exposure> & { readonly hoursAgo: number }): string => {
    const { hoursAgo, ...given } = fields;
    const id = randomUUID();
    log.add({
      id: recommendationId(id),
      catalogue,
      operation: 'recommendations',
      placement: 'home',
      profileId: null,
      sessionId: null,
      strategyKey: 'cold-start',
      strategyVersion: 1,
      experimentKey: null,
      variantKey: null,
      modelId: null,
      trainedModelId: null,
      request: {},
      coldness: 'COLD',
      servedLevel: 'popularity',
      degraded: [],
      firstRank: 1,
      slots: [],
      createdAt: new Date(now - hoursAgo * hourMs),
      ...given,
    });
    return id;
  };
  const clicked = [
    list({ hoursAgo: 1 }),
    list({ hoursAgo: 2, servedLevel: 'history', coldness: 'WARM' }),
    list({ hoursAgo: 2, catalogue: other }),
  ];
  list({ hoursAgo: 3 });
  list({ hoursAgo: 3, firstRank: 11 });
  list({ hoursAgo: 4, placement: 'cart' });
  list({ hoursAgo: 50 });
  await log.flush();
  const clicks = clicked.flatMap((id, n) =>
    ['first', 'again'].map((time) => ({
      id: `${time}-${n}`,
      type: 'CLICK',
      sessionId: 's',
      itemId: 'film',
      recommendationId: id,
    })),
  );
  const { events } = checkEvents(clicks, new Date(), () => false);
  await insertEvents(stores.pool, catalogue, events, null);

  const groups = (lists: number) =>
    readServedGroups(stores.pool, catalogue, { since: new Date(now - 24 * hourMs), lists });
  const cold = { level: 'popularity', coldness: 'COLD', simulated: 0 };
  expect(await groups(100)).toEqual([
    { ...cold, placement: 'cart', lists: 1, clicked: 0 },
    { ...cold, placement: 'home', lists: 2, clicked: 1 },
    { placement: 'home', level: 'history', coldness: 'WARM', lists: 1, clicked: 1, simulated: 0 },
  ]);
  // the newest alone
  expect(await groups(1)).toEqual([{ ...cold, placement: 'home', lists: 1, clicked: 1 }]);
});
