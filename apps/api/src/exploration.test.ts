import { catalogueId, itemId, itemNumber } from '@kindling/domain';
import {
  createCatalogue,
  createKey,
  findItemNumbers,
  readTrials,
  registerModel,
  savePlacement,
  saveStrategy,
} from '@kindling/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiFixture, ask, openApi, type Tenant, wordEncoder } from './api.fixture.js';
import { readEnv } from './env.js';
import { jsonLog } from './log.js';
import { type RunningApi, startApi } from './start.js';

const admin = { path: '/admin/graphql' };
const fields = `recommendationId edges { rank score isExploration propensity reason node { id coldness }
  ledger { term value } }`;
const listQuery = `query ($placement: String! = "home") {
  recommendations(placement: $placement, subject: { sessionId: "s" }, first: 10) { ${fields} } }`;

interface Edge {
  readonly rank: number;
  readonly score: number;
  readonly isExploration: boolean;
  readonly propensity: number;
  readonly reason: string;
  readonly node: { readonly id: string; readonly coldness: string };
  readonly ledger: readonly { readonly term: string; readonly value: number }[];
}

let api: ApiFixture;
let second: RunningApi;
let readyMade: Tenant;
beforeAll(async () => {
  api = await openApi();
  await createCatalogue(api.pool, { id: 'ready-made', name: 'As it comes', scenario: 'shop' });
  // Catalogues that have no model take over the one that is there.
  await registerModel(api.pool, wordEncoder.model);
  const { secret } = await createKey(api.pool, { catalogue: 'ready-made', kind: 'public', name: 'site' });
  readyMade = { id: catalogueId('ready-made'), publicKey: secret, secretKey: '' };
  for (const tenant of [readyMade, api.shop]) {
    await api.store(
      tenant,
      ...Array.from({ length: 40 }, (_, n) => ({
        id: `film-${n}`,
        title: `film number ${n} about families`,
        publishedAt: new Date(2020, 0, n + 1),
      })),
    );
  }
  second = await startSecond();
});
afterAll(async () => {
  await second.close();
  await api.close();
});

/** Another API process on the same database, as a cluster would have. */
const startSecond = () =>
  startApi(
    readEnv({
      DATABASE_URL: api.databaseUrl,
      DATA_DIR: '/tmp/none',
      API_PORT: '0',
      API_POINTS_PER_SECOND: '100000',
    }),
    jsonLog('error', () => {}),
    { encoder: wordEncoder },
  );

/** A placement of its own, whose strategy explores like this. */
async function addPlacement(tenant: Tenant, key: string, exploration: Record<string, number>) {
  const names = { key, name: key, expectedVersion: 0 };
  await saveStrategy(api.pool, tenant.id, { ...names, config: { exploration } }, 'test');
  const placement = { ...names, kind: 'PERSONAL', strategyKey: key, size: 10, fallback: [] } as const;
  await savePlacement(api.pool, tenant.id, placement, 'test');
  for (const { services } of [api.api, second]) {
    const runtime = await services.runtimes.get(tenant.id);
    await expect.poll(() => runtime.refresh().then(() => runtime.placement(key).key)).toBe(key);
  }
}

async function list(url: string, tenant: Tenant, placement = 'home'): Promise<readonly Edge[]> {
  const { data, errors } = await ask(url, tenant.publicKey, listQuery, { placement });
  expect(errors).toEqual([]);
  return data.recommendations.edges;
}
const explored = (edges: readonly Edge[]) => edges.filter(({ isExploration }) => isExploration);

async function todayOf(tenant: Tenant, placement: string) {
  const { rows } = await api.pool.query(
    `SELECT
       coalesce((SELECT sum((SELECT count(*) FROM unnest(explorations) AS e (e) WHERE e)) FROM recommendation
         WHERE catalogue_id = $1 AND placement = $2), 0)::int AS shown,
       coalesce((SELECT sum(granted) FROM exploration_budget WHERE catalogue_id = $1 AND placement = $2), 0)::int AS granted`,
    [tenant.id, placement],
  );
  return rows[0] as { shown: number; granted: number };
}

describe('exploration through the API', () => {
  it('puts a new item into a list of the ready-made strategy, says so, and its ledger adds up to its score', async () => {
    let found: readonly Edge[] = [];
    await expect
      .poll(
        async () => {
          found = await list(api.api.url, readyMade);
          return explored(found).length;
        },
        { timeout: 15_000, interval: 20 },
      )
      .toBe(1);
    const [edge] = explored(found);
    expect(edge).toMatchObject({
      rank: 6,
      node: { coldness: 'COLD' },
      reason: 'New here: few people have seen it yet',
    });
    expect(edge?.propensity).toBeGreaterThan(0);
    expect(edge?.propensity).toBeLessThanOrEqual(0.2);
    expect(edge?.ledger.map(({ term }) => term)).toContain('exploration');
    expect(edge?.ledger.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(edge?.score ?? 0, 9);
    await api.api.services.exposures.flush();
    const { rows } = await api.pool.query(
      `SELECT propensities, explorations FROM recommendation
       WHERE catalogue_id = 'ready-made' AND true = ANY (explorations) ORDER BY created_at DESC LIMIT 1`,
    );
    expect(rows[0].explorations.indexOf(true)).toBe(5);
    expect(rows[0].propensities[5]).toBeCloseTo(edge?.propensity ?? 0, 6);
  });

  it('neither explores nor spends in a preview, nor in search, nor behind similar items', async () => {
    await addPlacement(api.shop, 'eager', { impressionsPerDay: 1_000, share: 1 });
    const eager = async () => explored(await list(api.api.url, api.shop, 'eager')).length;
    await expect.poll(eager, { timeout: 15_000 }).toBe(1);
    await api.api.services.exposures.flush();
    const before = await todayOf(api.shop, 'eager');
    for (let round = 0; round < 10; round++) {
      const preview = await api.ask(
        api.shop.secretKey,
        `{ preview(placement: "eager", subject: { sessionId: "s" }) { ${fields} } }`,
        {},
        admin,
      );
      expect(explored(preview.data.preview.edges)).toEqual([]);
      const others = await api.ask(
        api.shop.publicKey,
        `{ search(query: "film") { ${fields} } similarItems(itemId: "film-1") { ${fields} } }`,
      );
      expect(explored([...others.data.search.edges, ...others.data.similarItems.edges])).toEqual([]);
    }
    await api.api.services.exposures.flush();
    expect((await todayOf(api.shop, 'eager')).shown).toBe(before.shown);
  });

  it('holds the budget of a placement and day to the impression, whichever process is asked, all at once', async () => {
    await addPlacement(api.shop, 'tight', { impressionsPerDay: 7, share: 1 });
    const urls = [api.api.url, second.url];
    const shownSoFar = async () => {
      await Promise.all(urls.map((url) => list(url, api.shop, 'tight')));
      await api.api.services.exposures.flush();
      await second.services.exposures.flush();
      return (await todayOf(api.shop, 'tight')).shown;
    };
    // The first block, which is granted at any time of the day.
    await expect.poll(shownSoFar, { timeout: 15_000, interval: 50 }).toBeGreaterThanOrEqual(4);
    for (let round = 0; round < 30; round++) {
      await Promise.all(Array.from({ length: 12 }, (_, n) => list(urls[n % 2] ?? '', api.shop, 'tight')));
    }
    await shownSoFar();
    // A process that ends gives back what it did not show; then the two books agree.
    await second.close();
    second = await startSecond();
    await (await api.api.services.runtimes.get(api.shop.id)).exploration.close();
    const { shown, granted } = await todayOf(api.shop, 'tight');
    expect(shown).toBeLessThanOrEqual(7);
    expect(granted).toBe(shown);
  }, 60_000);

  it('ends the trial of an item that is surely poor: it is not shown any more', async () => {
    await addPlacement(api.shop, 'poor', { impressionsPerDay: 100_000, share: 1 });
    const first = async () => explored(await list(api.api.url, api.shop, 'poor'))[0]?.node.id;
    await expect.poll(first, { timeout: 15_000 }).toBeDefined();
    const id = (await first()) ?? '';
    const number = itemNumber(
      [...(await findItemNumbers(api.pool, api.shop.id, [itemId(id)])).values()][0] ?? 0,
    );
    await api.pool.query('UPDATE item_trial SET impressions = 5000 WHERE item_number = $1', [number]);
    const shop = await api.api.services.runtimes.get(api.shop.id);
    shop.exploration.lookAgain();
    await expect
      .poll(async () => (await readTrials(api.pool, api.shop.id, [number])).get(number), { timeout: 15_000 })
      .toMatchObject({ outcome: 'RETIRED', cause: 'SURELY_POOR', clicks: 0 });
    await expect.poll(first, { timeout: 15_000 }).not.toBe(id);
    for (let round = 0; round < 50; round++) expect(await first()).not.toBe(id);
  });
});
