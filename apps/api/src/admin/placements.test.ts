import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, openApi, type Tenant } from '../api.fixture.js';

let api: ApiFixture;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

const ask = (tenant: Tenant, query: string, variables: object = {}) =>
  api.ask(tenant.secretKey, query, variables, { path: '/admin/graphql' });
const savePlacement = (tenant: Tenant, input: object) =>
  ask(tenant, 'mutation ($input: PlacementInput!) { savePlacement(input: $input) { key version } }', {
    input,
  });
const shelf = {
  key: 'shelf',
  name: 'A shelf',
  kind: 'PERSONAL',
  expectedVersion: 0,
  strategyKey: 'cold-start',
  fallback: ['new-arrivals'],
};

describe('placements', () => {
  it('name strategies of their own catalogue alone; the one that is not there is told by its place', async () => {
    await ask(
      api.other,
      'mutation { saveStrategy(input: { key: "theirs", name: "Theirs", expectedVersion: 0, config: {} }) { key } }',
    );
    const fieldOf = async (change: object) =>
      (await savePlacement(api.shop, { ...shelf, ...change })).errors[0]?.extensions;
    expect(await fieldOf({ strategyKey: 'theirs' })).toMatchObject({
      code: 'NOT_FOUND',
      field: 'input.strategyKey',
    });
    expect(await fieldOf({ fallback: ['new-arrivals', 'theirs'] })).toMatchObject({
      code: 'NOT_FOUND',
      field: 'input.fallback.1',
    });
  });
});

describe('the uses of strategies', () => {
  it('are the placements, the fallbacks and the open experiments of the catalogue, each once', async () => {
    expect((await savePlacement(api.shop, shelf)).data.savePlacement.version).toBe(1);
    const input = {
      key: 'newest-first',
      name: 'Newest first',
      hypothesis: 'More clicks on what is new.',
      placements: ['shelf'],
      variants: [
        { key: 'control', name: 'As it is', strategyKey: 'cold-start' },
        { key: 'newest', name: 'Newest first', strategyKey: 'new-arrivals' },
      ],
      primaryMetric: 'list-clicks',
    };
    const made = await ask(
      api.shop,
      'mutation ($input: ExperimentInput!) { createExperiment(input: $input) { key } }',
      { input },
    );
    expect(made.errors).toEqual([]);
    const uses = (await ask(api.shop, '{ strategyUses { strategyKey kind key name } }')).data.strategyUses;
    const of = (kind: string, key: string) =>
      uses.filter((use: { kind: string; key: string }) => use.kind === kind && use.key === key);
    expect(of('PLACEMENT', 'shelf')).toEqual([
      { strategyKey: 'cold-start', kind: 'PLACEMENT', key: 'shelf', name: 'A shelf' },
    ]);
    expect(of('FALLBACK', 'shelf')).toMatchObject([{ strategyKey: 'new-arrivals' }]);
    expect(of('EXPERIMENT', 'newest-first').map((use: { strategyKey: string }) => use.strategyKey)).toEqual([
      'cold-start',
      'new-arrivals',
    ]);
    const theirs = (await ask(api.other, '{ strategyUses { key } }')).data.strategyUses;
    expect(JSON.stringify(theirs)).not.toContain('shelf');
  });
});
