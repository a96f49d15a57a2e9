import { randomUUID } from 'node:crypto';
import { recommendationId } from '@kindling/domain';
import { RecommendationLog } from '@kindling/storage';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ApiFixture, openApi } from '../api.fixture.js';

let api: ApiFixture;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

const ask = (query: string) => api.ask(api.shop.secretKey, query, {}, { path: '/admin/graphql' });

it('tells which rung answered, and clicked lists by coldness with an interval', async () => {
  const log = new RecommendationLog(api.pool);
  for (const [catalogue, coldness, servedLevel] of [
    [api.shop.id, 'COLD', 'popularity'],
    [api.shop.id, 'COLD', 'popularity'],
    [api.shop.id, 'WARM', 'history'],
    [api.other.id, 'WARM', 'history'],
  ] as const) {
    log.add({
      id: recommendationId(randomUUID()),
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
      coldness,
      servedLevel,
      degraded: [],
      firstRank: 1,
      slots: [],
      createdAt: new Date(),
    });
  }
  await log.flush();
  const { data } = await ask(
    `{ servedLists { lists isCut groups { placement level coldness lists clicked }
       clicks { coldness lists clicked share low high } } }`,
  );
  const home = { placement: 'home', clicked: 0 };
  expect(data.servedLists).toEqual({
    lists: 3,
    isCut: false,
    groups: [
      { ...home, level: 'popularity', coldness: 'COLD', lists: 2 },
      { ...home, level: 'history', coldness: 'WARM', lists: 1 },
    ],
    clicks: [
      { coldness: 'COLD', lists: 2, clicked: 0, share: 0, low: 0, high: expect.closeTo(0.6576, 3) },
      { coldness: 'WARM', lists: 1, clicked: 0, share: 0, low: 0, high: expect.closeTo(0.7935, 3) },
    ],
  });
  expect((await ask('{ servedLists(days: 91) { lists } }')).errors[0]?.extensions['field']).toBe('days');
});
