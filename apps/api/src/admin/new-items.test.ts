import { savePlacement, saveStrategy } from '@kindling/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, openApi } from '../api.fixture.js';

const admin = { path: '/admin/graphql' };
let api: ApiFixture;
beforeAll(async () => {
  api = await openApi();
  await api.store(
    api.shop,
    ...Array.from({ length: 6 }, (_, n) => ({
      id: `film-${n}`,
      title: `space film ${n}`,
      categories: ['war'],
    })),
    { id: 'hidden', title: 'space film that is hidden', status: 'HIDDEN' },
    { id: 'gone', title: 'space film that is over', expiresAt: new Date('2020-01-01') },
    { id: 'kept-out', title: 'another film', categories: ['trash'] },
  );
});
afterAll(() => api.close());

const call = (query: string, variables: object = {}) => api.ask(api.shop.secretKey, query, variables, admin);

describe('the programme for new items', () => {
  it('tells what became of them, from the lists that were just shown', async () => {
    const list = () =>
      api.ask(
        api.shop.publicKey,
        '{ recommendations(subject: { interests: ["space"] }, first: 3) { nodes { id } } }',
      );
    const shown = (await list()).data.recommendations.nodes;
    await list();
    await api.api.services.exposures.flush();
    const { data, errors } =
      await call(`{ newItemFunnel(by: DAY, cohorts: 2, minimumImpressions: 2) { minimumImpressions isCut
      cohorts { ingested encoded eligible shown clicked graduated neverShown impressions promised given gini
        milestones { impressions items hours { p50 } } } } }`);
    expect(errors).toEqual([]);
    const [today] = data.newItemFunnel.cohorts;
    expect(shown).toHaveLength(3);
    expect(today).toMatchObject({
      ingested: 9,
      encoded: 9,
      eligible: 7,
      shown: 3,
      neverShown: 6,
      impressions: 6,
    });
    expect(today).toMatchObject({ promised: 14, given: 6 });
    expect(today.milestones[0]).toMatchObject({ impressions: 1, items: 3 });
    const exposure = await call('{ newItemExposure { promise ages { age } } }');
    expect(exposure.data.newItemExposure).toEqual({ promise: 20, ages: [] });
  });

  it('says what keeps items back, and names the rule', async () => {
    const rule = {
      key: 'no-trash',
      kind: 'filter',
      condition: { items: { matches: { field: 'categories', in: ['trash'] } } },
      arguments: { keeps: 'others' },
    };
    await call('mutation ($input: RuleInput!) { saveRule(input: $input) { key } }', { input: rule });
    await call('mutation { submitRule(key: "no-trash") { key } publishRule(key: "no-trash") { key } }');
    const runtime = await api.api.services.runtimes.get(api.shop.id);
    await expect.poll(() => runtime.publishedRules.length).toBe(1);
    const query = `query ($after: String) { unshownItems(first: 4, after: $after) {
      nodes { itemId reason rule message } pageInfo { hasNextPage endCursor } } }`;
    const first = (await call(query)).data.unshownItems;
    const second = (await call(query, { after: first.pageInfo.endCursor })).data.unshownItems;
    const nodes = [...first.nodes, ...second.nodes];
    expect(second.pageInfo.hasNextPage).toBe(false);
    const reasons = new Map(nodes.map(({ itemId, reason }) => [itemId, reason]));
    expect(nodes).toHaveLength(6);
    expect([reasons.get('hidden'), reasons.get('gone'), reasons.get('kept-out')]).toEqual([
      'HIDDEN',
      'EXPIRED',
      'RULE',
    ]);
    expect(nodes.find(({ itemId }) => itemId === 'kept-out')).toMatchObject({ rule: 'no-trash' });
    // the strategy of the fixture has no budget for new items
    expect([...reasons.values()].filter((reason) => reason === 'NO_BUDGET')).toHaveLength(3);
    for (const { message } of nodes) expect(message.length).toBeGreaterThan(20);
  });

  it('promises what the strategy of the placement promises', async () => {
    const names = { key: 'hall', name: 'Hall', expectedVersion: 0 };
    const config = { exploration: { impressionsPerDay: 10, minimumImpressions: 7 } };
    await saveStrategy(api.pool, api.shop.id, { ...names, config }, 'test');
    const placement = { ...names, kind: 'PERSONAL', strategyKey: 'hall', size: 4, fallback: [] } as const;
    await savePlacement(api.pool, api.shop.id, placement, 'test');
    const runtime = await api.api.services.runtimes.get(api.shop.id);
    await expect
      .poll(() => runtime.placementList.some(({ key }) => key === 'hall'), { timeout: 10_000 })
      .toBe(true);
    const { data } = await call('{ newItemFunnel(placement: "hall") { minimumImpressions } }');
    expect(data.newItemFunnel.minimumImpressions).toBe(7);
  });

  it.each([
    ['newItemFunnel(cohorts: 100) { isCut }', 'cohorts'],
    ['newItemExposure(days: 0) { promise }', 'days'],
    ['unshownItems(after: "x") { nodes { itemId } }', 'after'],
  ])('refuses %s, and names the field', async (query, field) => {
    expect((await call(`{ ${query} }`)).errors[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', field });
  });
});
