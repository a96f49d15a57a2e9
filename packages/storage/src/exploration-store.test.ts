import { randomUUID } from 'node:crypto';
import { type ItemNumber, itemNumber, type Random, recommendationId, seededRandom } from '@kindling/domain';
import { BudgetLease, inversePropensity, overlap } from '@kindling/recommender';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPool, type Pool } from './database.js';
import { checkEvents, insertEvents } from './event-store.js';
import { readExpectations, saveExpectations } from './expectation-store.js';
import { explorationBudget } from './exploration-budget-store.js';
import { readItemTrials, readLoggedSlots } from './exposure-reader.js';
import { upsertItems } from './item-store.js';
import { RecommendationLog } from './recommendation-log.js';
import { addCatalogue, itemWrite, openStores, type StoreFixture } from './store.fixture.js';

const day = '2026-11-24';
const noon = Date.parse('2026-11-24T12:00:00Z');

let stores: StoreFixture;
let pools: Pool[];
beforeAll(async () => {
  stores = await openStores();
  // Each process has connections of its own; Postgres cannot tell the difference.
  pools = [1, 2, 3, 4].map((n) =>
    createPool({ databaseUrl: stores.databaseUrl, applicationName: `process-${n}`, maxConnections: 3 }),
  );
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await stores.close();
});

async function grantedOf(placement: string): Promise<number> {
  const { rows } = await stores.pool.query(
    'SELECT granted FROM exploration_budget WHERE catalogue_id = $1 AND placement = $2',
    [stores.catalogue, placement],
  );
  return rows[0]?.granted ?? 0;
}

describe('the exploration budget', () => {
  it.each([1, 2, 3, 4, 5])(
    'grants exactly the limit to processes that compete for it (seed %i)',
    async (seed) => {
      const random = seededRandom(seed);
      const limit = 1 + Math.floor(random() * 500);
      const placement = `compete-${seed}`;
      const asks = Array.from({ length: 120 }, (_, n) => ({
        source: explorationBudget(pools[n % pools.length] ?? stores.pool, stores.catalogue),
        wanted: 1 + Math.floor(random() * 20),
      }));
      const grants = await Promise.all(
        asks.map(({ source, wanted }) => source.reserve({ placement, day, wanted, limit })),
      );
      const asked = asks.reduce((sum, { wanted }) => sum + wanted, 0);
      const granted = grants.reduce((sum, grant) => sum + grant, 0);
      expect(granted).toBe(Math.min(limit, asked));
      expect(await grantedOf(placement)).toBe(granted);
      grants.forEach((grant, n) => {
        expect(grant).toBeLessThanOrEqual(asks[n]?.wanted ?? 0);
      });
    },
  );

  it.each([1, 2, 3])(
    'is spent to the impression by leases that reserve, return and die (seed %i)',
    async (seed) => {
      const placement = `lease-${seed}`;
      const impressionsPerDay = 300;
      const atMs = noon + 86_400_000 / 2 - 1_000;
      const request = { placement, atMs, impressionsPerDay };
      let shown = 0;
      let died = 0;
      const process = async (pool: Pool, random: Random, dies: boolean) => {
        const lease = new BudgetLease(explorationBudget(pool, stores.catalogue));
        for (let list = 0; list < 150; list++) {
          const spent = Math.min(1 + Math.floor(random() * 3), lease.available(request));
          lease.spend(request, spent);
          shown += spent;
          if (random() < 0.5) await lease.settled();
          if (random() < 0.05) await lease.expire(atMs + 60_000);
        }
        await lease.settled();
        if (dies) died += lease.available(request);
        else await lease.close();
      };
      await Promise.all(pools.map((pool, n) => process(pool, seededRandom(`${seed}-${n}`), n === 0)));
      expect(shown).toBeLessThanOrEqual(impressionsPerDay);
      // What was granted is what was shown, and what the killed process held: at most a block more than it said.
      const granted = await grantedOf(placement);
      expect(granted).toBeGreaterThanOrEqual(shown);
      const lost = granted - shown;
      expect(lost).toBeGreaterThanOrEqual(died);
      expect(lost).toBeLessThanOrEqual(died + 6);
      const last = new BudgetLease(explorationBudget(stores.pool, stores.catalogue));
      for (let round = 0; round < 200; round++) {
        const spent = last.available({ ...request, atMs: atMs + round });
        last.spend({ ...request, atMs: atMs + round }, spent);
        shown += spent;
        await last.settled();
      }
      expect(await grantedOf(placement)).toBe(impressionsPerDay);
      expect(shown).toBe(impressionsPerDay - lost);
    },
  );

  it('grants nothing more when the limit is lowered below what was granted', async () => {
    const source = explorationBudget(stores.pool, stores.catalogue);
    const ask = { placement: 'lowered', day, wanted: 50 };
    expect(await source.reserve({ ...ask, limit: 100 })).toBe(50);
    expect(await source.reserve({ ...ask, limit: 20 })).toBe(0);
    expect(await source.reserve({ ...ask, limit: 60 })).toBe(10);
    expect(await source.reserve({ ...ask, limit: 0 })).toBe(0);
    expect(await source.reserve({ ...ask, day: '2026-11-25', limit: 60 })).toBe(50);
  });
});

describe('the exposure log, read again', () => {
  it('tells how often each item was shown and clicked, with the propensities that estimates need', async () => {
    const catalogue = await addCatalogue(stores.pool, 'log');
    await upsertItems(stores.pool, catalogue, [itemWrite('a'), itemWrite('b')]);
    const { rows } = await stores.pool.query('SELECT id, number::int FROM item WHERE catalogue_id = $1', [
      catalogue,
    ]);
    const numberOf = (id: string): ItemNumber => itemNumber(rows.find((row) => row.id === id)?.number);
    const log = new RecommendationLog(stores.pool);
    const lists = Array.from({ length: 300 }, () => recommendationId(randomUUID()));
    const now = new Date();
    lists.forEach((id, n) => {
      // One list in four puts b first.
      const explores = n % 4 === 0;
      const slots = (explores ? ['b', 'a'] : ['a', 'b']).map((item, rank) => ({
        item: numberOf(item),
        score: 1 - rank / 2,
        propensity: explores ? 0.25 : 0.75,
        isExploration: explores && rank === 0,
      }));
      log.add({
        id,
        catalogue,
        operation: 'recommendations',
        placement: 'home',
        profileId: null,
        sessionId: null,
        strategyKey: 'default',
        strategyVersion: 1,
        experimentKey: null,
        variantKey: null,
        modelId: null,
        coldness: 'COLD',
        servedLevel: 'popularity',
        degraded: [],
        firstRank: 1,
        slots,
        createdAt: now,
      });
    });
    await log.flush();
    // b is clicked in half of the lists that put it first, twice by the same person; a in none.
    const clicks = lists
      .filter((_, n) => n % 8 === 0)
      .flatMap((list, n) =>
        ['first', 'again'].map((time) => ({
          id: `${time}-${n}`,
          type: 'CLICK',
          sessionId: `s${n}`,
          itemId: 'b',
          recommendationId: list,
        })),
      );
    const { events, rejected } = checkEvents(clicks, now, () => false);
    expect(rejected).toEqual([]);
    await insertEvents(stores.pool, catalogue, events, null);

    const trials = await readItemTrials(stores.pool, catalogue, new Date(now.getTime() - 86_400_000));
    expect(trials.get(numberOf('a'))).toEqual({ impressions: 300, clicks: 0 });
    expect(trials.get(numberOf('b'))).toEqual({ impressions: 300, clicks: 38 });

    const slots = await readLoggedSlots(stores.pool, catalogue, {
      placement: 'home',
      since: new Date(now.getTime() - 1_000),
      until: new Date(now.getTime() + 1_000),
      lists: 1_000,
    });
    expect(slots).toHaveLength(600);
    // What would "b always first" have brought at the first rank? 38 of 75 lists that did so.
    const choices = slots
      .filter(({ rank }) => rank === 1)
      .map((slot) => ({
        list: slot.list,
        propensity: slot.propensity,
        target: slot.item === numberOf('b') ? 1 : 0,
        reward: slot.clicked ? 1 : 0,
      }));
    expect(inversePropensity(choices).mean).toBeCloseTo(38 / 75, 6);
    expect(overlap(choices)).toMatchObject({ effectiveChoices: 75, warnings: ['FEW_EFFECTIVE_CHOICES'] });
  });

  it('keeps the first expectation of an item', async () => {
    const catalogue = await addCatalogue(stores.pool, 'expectations');
    await upsertItems(stores.pool, catalogue, [itemWrite('a')]);
    const { rows } = await stores.pool.query('SELECT number::int FROM item WHERE catalogue_id = $1', [
      catalogue,
    ]);
    const item = itemNumber(rows[0]?.number);
    await saveExpectations(stores.pool, catalogue, [{ item, rate: 0.1 }]);
    await saveExpectations(stores.pool, catalogue, [
      { item, rate: 0.2 },
      { item: itemNumber(999_999_999), rate: 0.3 },
    ]);
    expect([...(await readExpectations(stores.pool, catalogue))]).toEqual([[item, 0.1]]);
  });
});
