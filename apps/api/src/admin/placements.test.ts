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

describe('what is not needed any more', () => {
  const strategy = (input: object = {}) =>
    ask(
      api.shop,
      'mutation ($input: StrategyInput!) { saveStrategy(input: $input) { version archived config } }',
      { input: { key: 'spare', name: 'Spare', expectedVersion: 0, config: {}, ...input } },
    );
  const archive = (version: number) =>
    ask(
      api.shop,
      `mutation { archiveStrategy(key: "spare", expectedVersion: ${version}) { version archived } }`,
    );
  const remove = (key: string, version: number, tenant = api.shop) =>
    ask(
      tenant,
      `mutation { deletePlacement(key: "${key}", expectedVersion: ${version}) { key version name kind strategyKey size fallback } }`,
    );
  const keysOf = async (what: 'placements' | 'strategies') =>
    (await ask(api.shop, `{ ${what} { key } }`)).data[what].map(({ key }: { key: string }) => key);
  const lastEntry = async () =>
    (await ask(api.shop, '{ auditLog(first: 1) { nodes { action target detail } } }')).data.auditLog.nodes[0];

  it('goes only when nothing names it, at the version that was seen: a strategy', async () => {
    expect((await strategy()).data.saveStrategy.version).toBe(1);
    await savePlacement(api.shop, { ...shelf, key: 'first-shelf', strategyKey: 'spare' });
    await savePlacement(api.shop, { ...shelf, key: 'second-shelf', fallback: ['spare'] });
    const stale = (await archive(0)).errors[0]?.extensions;
    expect(stale).toMatchObject({ code: 'CONFLICT', field: 'expectedVersion', current: { version: 1 } });
    const used = (await archive(1)).errors[0];
    expect(used?.extensions['code']).toBe('CONFLICT');
    expect(used?.message).toContain('placement "first-shelf"');
    expect(used?.message).toContain('the fallback chain of placement "second-shelf"');
    await savePlacement(api.shop, { ...shelf, key: 'first-shelf', expectedVersion: 1 });
    await savePlacement(api.shop, { ...shelf, key: 'second-shelf', expectedVersion: 1, fallback: [] });
    expect((await archive(1)).data.archiveStrategy).toEqual({ version: 2, archived: true });
    expect(await lastEntry()).toMatchObject({ action: 'strategy.archive', target: 'spare' });
    expect(await keysOf('strategies')).not.toContain('spare');
    const named = (await savePlacement(api.shop, { ...shelf, key: 'third-shelf', strategyKey: 'spare' }))
      .errors;
    expect(named[0]?.extensions).toMatchObject({ code: 'NOT_FOUND', field: 'input.strategyKey' });
    expect((await archive(2)).errors[0]?.extensions['code']).toBe('CONFLICT');
    // and is brought back by saving it again
    expect((await strategy()).data.saveStrategy).toMatchObject({ version: 3, archived: false });
    expect(await keysOf('strategies')).toContain('spare');
  });

  it('goes only when nothing names it, at the version that was seen: a placement', async () => {
    await savePlacement(api.shop, { ...shelf, key: 'corner' });
    const rule = {
      key: 'corner-rule',
      kind: 'boost',
      condition: { placements: ['corner'] },
      arguments: {},
    };
    await ask(api.shop, 'mutation ($input: RuleInput!) { saveRule(input: $input) { key } }', { input: rule });
    expect((await remove('corner', 2)).errors[0]?.extensions).toMatchObject({
      code: 'CONFLICT',
      current: { version: 1 },
    });
    const used = (await remove('corner', 1)).errors[0];
    expect(used?.extensions).toMatchObject({
      code: 'CONFLICT',
      field: 'key',
      problems: [{ field: 'key', message: 'rule "corner-rule" names it' }],
    });
    expect((await remove('home', 1)).errors[0]?.message).toContain('the public query without a placement');
    expect((await remove('shelf', 1)).errors[0]?.message).toContain('experiment "newest-first"');
    expect((await remove('corner', 1, api.other)).errors[0]?.extensions['code']).toBe('NOT_FOUND');
    await ask(api.shop, 'mutation { archiveRule(key: "corner-rule") { key } }');
    const gone = (await remove('corner', 1)).data.deletePlacement;
    expect(await lastEntry()).toMatchObject({ action: 'placement.delete', target: 'corner' });
    expect(await keysOf('placements')).not.toContain('corner');
    await expect
      .poll(
        async () =>
          (
            await api.ask(
              api.shop.publicKey,
              '{ recommendations(placement: "corner", subject: { sessionId: "s" }) { placement } }',
            )
          ).errors[0]?.extensions['code'],
        { timeout: 5_000 },
      )
      .toBe('NOT_FOUND');
    // what came back as the answer brings it back, under the next version
    const { version: _, ...again } = gone;
    const saved = (await savePlacement(api.shop, { ...again, expectedVersion: 0 })).data.savePlacement;
    expect(saved).toEqual({ key: 'corner', version: 3 });
  });
});
