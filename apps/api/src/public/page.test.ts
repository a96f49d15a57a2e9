import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, openApi } from '../api.fixture.js';

let api: ApiFixture;
beforeAll(async () => {
  api = await openApi();
  await api.store(
    api.shop,
    ...Array.from({ length: 30 }, (_, index) => ({
      id: `tool-${index}`,
      title: `garden tool number ${index}`,
    })),
  );
});
afterAll(() => api.close());

const admin = { path: '/admin/graphql' };
const page = (lists: object[], context: object = {}) =>
  api.ask(
    api.shop.publicKey,
    `query ($lists: [PageListInput!]!, $context: ContextInput) {
      page(lists: $lists, subject: { interests: ["garden"] }, context: $context) { placement nodes { id } recommendationId } }`,
    { lists, context },
  );

describe('a page of several lists', () => {
  it('shows no item twice, nor what is on the page already, and logs each list by itself', async () => {
    const answer = await page(
      [
        { placement: 'home', first: 5 },
        { placement: 'trending' },
        { placement: 'similar', itemId: 'tool-3', first: 4 },
        { placement: 'search', query: 'tool', first: 4 },
        { placement: 'new-arrivals', first: 3 },
      ],
      { pageItemIds: ['tool-7'] },
    );
    expect(answer.errors).toEqual([]);
    const lists = answer.data.page as {
      placement: string;
      nodes: { id: string }[];
      recommendationId: string;
    }[];
    expect(lists.map(({ placement }) => placement)).toEqual([
      'home',
      'trending',
      'similar',
      'search',
      'new-arrivals',
    ]);
    expect(lists[0]?.nodes).toHaveLength(5);
    const shown = lists.flatMap(({ nodes }) => nodes.map(({ id }) => id));
    expect(new Set(shown).size).toBe(shown.length);
    expect(shown).not.toContain('tool-7');
    await api.api.services.exposures.flush();
    const logged = await api.pool.query(
      'SELECT count(*)::int AS lists FROM recommendation WHERE id = ANY($1)',
      [lists.map(({ recommendationId }) => recommendationId)],
    );
    expect(logged.rows[0].lists).toBe(5);
  });

  it('is refused where a placement is for another query, and says for which', async () => {
    const answer = await page([{ placement: 'similar' }]);
    expect(answer.errors[0]).toMatchObject({
      message: expect.stringContaining('similarItems'),
      extensions: { code: 'BAD_INPUT', field: 'placement' },
    });
    expect((await page([])).errors[0]?.extensions['field']).toBe('lists');
  });
});

describe('strategies and placements', () => {
  const call = (query: string, variables: object = {}) =>
    api.ask(api.shop.secretKey, query, variables, admin);

  it('come ready-made for every kind of site, and describe their form', async () => {
    const { data } = await call('{ strategyTemplates { scenario config } strategySchema }');
    expect(data.strategyTemplates.map(({ scenario }: { scenario: string }) => scenario).sort()).toEqual([
      'NEWS',
      'SHOP',
      'SOCIAL',
      'STREAMING',
    ]);
    const news = data.strategyTemplates.find(({ scenario }: { scenario: string }) => scenario === 'NEWS');
    const save = 'mutation ($input: StrategyInput!) { saveStrategy(input: $input) { version config } }';
    const input = { key: 'news', expectedVersion: 0, name: 'News', config: news.config };
    expect((await call(save, { input })).data.saveStrategy).toEqual({ version: 1, config: news.config });
    const { label, help, minimum, maximum } = data.strategySchema.properties.weights.properties.freshness;
    expect([label, help, minimum, maximum]).toEqual(['Freshness', 'What a brand-new item gains.', 0, 1]);
  });

  it('show a stale editor the other change, and keep every version of a strategy', async () => {
    const strategy = (expectedVersion: number, freshness: number) =>
      call('mutation ($input: StrategyInput!) { saveStrategy(input: $input) { version } }', {
        input: { key: 'mine', expectedVersion, name: 'Mine', config: { weights: { freshness } } },
      });
    await strategy(0, 0.1);
    await strategy(1, 0.2);
    expect((await strategy(1, 0.3)).errors[0]?.extensions).toMatchObject({
      code: 'CONFLICT',
      current: { version: 2, config: { weights: { freshness: 0.2 } } },
    });
    const { data } = await call('{ strategyVersions(key: "mine", first: 1, before: 2) { version config } }');
    expect(data.strategyVersions).toEqual([{ version: 1, config: { weights: { freshness: 0.1 } } }]);
    const placement = (expectedVersion: number, size: number) =>
      call('mutation ($input: PlacementInput!) { savePlacement(input: $input) { version } }', {
        input: { key: 'spot', expectedVersion, name: 'Spot', kind: 'TRENDING', strategyKey: 'mine', size },
      });
    expect((await placement(0, 5)).data.savePlacement.version).toBe(1);
    expect((await placement(0, 6)).errors[0]?.extensions).toMatchObject({
      code: 'CONFLICT',
      current: { version: 1, size: 5, kind: 'TRENDING' },
    });
  });
});
