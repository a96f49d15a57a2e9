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

describe('the size of a list', () => {
  const subject = { interests: ['garden'] };
  const manage = async (query: string, variables: object = {}) => {
    const { data, errors } = await api.ask(api.shop.secretKey, query, variables, admin);
    expect(errors).toEqual([]);
    return data;
  };
  const visit = async (text: string, variables: object = {}) => {
    const { data, errors } = await api.ask(api.shop.publicKey, text, { subject, ...variables });
    expect(errors).toEqual([]);
    return data.recommendations as { nodes: { id: string }[]; pageInfo: { endCursor: string } };
  };
  const idsOf = (nodes: readonly { id: string }[]) => nodes.map(({ id }) => id);
  const asked = `query ($subject: SubjectInput!, $first: Int, $after: String) {
    recommendations(placement: "wall", subject: $subject, first: $first, after: $after) {
      nodes { id } pageInfo { endCursor } } }`;
  beforeAll(async () => {
    await manage(
      `mutation { savePlacement(input: { key: "wall", name: "Wall", kind: PERSONAL, strategyKey: "cold-start", size: 13,
        expectedVersion: 0 }) { version } }`,
    );
    const runtime = await api.api.services.runtimes.get(api.shop.id);
    await runtime.refresh();
    await runtime.refresh();
  });

  it('is that of the placement where none is asked for, for visitors as in every preview, page after page', async () => {
    const first = await visit(asked);
    const shown = idsOf(first.nodes);
    expect(shown).toHaveLength(13);
    const second = await visit(asked, { after: first.pageInfo.endCursor });
    expect(new Set([...shown, ...idsOf(second.nodes)]).size).toBe(26);
    const { preview, explain, previewRule } = await manage(
      `query ($subject: SubjectInput!, $draft: RuleInput!) {
        preview(placement: "wall", subject: $subject) { nodes { id } }
        explain(placement: "wall", subject: $subject) { list { itemId } }
        previewRule(placement: "wall", subjects: [$subject], draft: $draft) { subjects { live { itemId } draft { itemId } } } }`,
      { subject, draft: { key: 'none', kind: 'boost', arguments: { weight: 0.1 } } },
    );
    const told = (items: readonly { itemId: string }[]) => items.map(({ itemId }) => itemId);
    expect(idsOf(preview.nodes)).toEqual(shown);
    expect(told(explain.list)).toEqual(shown);
    expect(told(previewRule.subjects[0].live)).toEqual(shown);
    expect(told(previewRule.subjects[0].draft)).toHaveLength(13);
    const { data } = await page([
      { placement: 'cart' },
      { placement: 'wall' },
      { placement: 'wall', first: 2 },
    ]);
    expect(data.page.map(({ nodes }: { nodes: object[] }) => nodes.length)).toEqual([6, 13, 2]);
  });

  it('is what is asked for otherwise, also for those who declare the ten that once was the default', async () => {
    expect((await visit(asked, { first: 4 })).nodes).toHaveLength(4);
    expect((await visit(asked, { first: null })).nodes).toHaveLength(13);
    expect((await visit(asked.replace('$first: Int', '$first: Int! = 10'))).nodes).toHaveLength(10);
    const refused = await api.ask(api.shop.publicKey, asked, { subject, first: 101 });
    expect(refused.errors[0]?.message).toContain('between 1 and 100');
  });
});
