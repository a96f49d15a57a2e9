import { randomUUID } from 'node:crypto';
import {
  type CatalogueId,
  type ItemNumber,
  itemId,
  itemNumber,
  type Random,
  type RecommendationId,
  recommendationId,
  seededRandom,
} from '@kindling/domain';
import { BudgetLease, inversePropensity, overlap, type TrialOutcome } from '@kindling/recommender';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAudit } from './audit-store.js';
import { createPool, type Pool } from './database.js';
import { checkEvents, insertEvents } from './event-store.js';
import { explorationBudget, readGranted, sweepExplorationBudgets } from './exploration-budget-store.js';
import { countExploredSlots, readJudgedLists, readShownItems } from './exposure-reader.js';
import { findItemNumbers, upsertItems } from './item-store.js';
import { RecommendationLog } from './recommendation-log.js';
import { addCatalogue, itemWrite, openStores, type StoreFixture } from './store.fixture.js';
import {
  beginTrials,
  countTrials,
  decideTrial,
  endTrials,
  listTrials,
  readTrials,
  type TrialPage,
} from './trial-store.js';

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

/** A list as it is logged, but for what stood in it and when. */
const exposureOf = (catalogue: CatalogueId, id: RecommendationId) => ({
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
  trainedModelId: null,
  request: {},
  coldness: 'COLD',
  servedLevel: 'popularity',
  degraded: [],
  firstRank: 1,
});

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

  it('forgets days that ended a week ago, and no other', async () => {
    const dayBefore = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
    const source = explorationBudget(stores.pool, stores.catalogue);
    const placement = 'swept';
    for (const days of [0, 6, 9]) {
      await source.reserve({ placement, day: dayBefore(days), wanted: 3, limit: 10 });
    }
    await sweepExplorationBudgets(stores.pool);
    const granted = (days: number) =>
      readGranted(stores.pool, stores.catalogue, { placement, day: dayBefore(days) });
    expect([await granted(0), await granted(6), await granted(9)]).toEqual([3, 3, 0]);
  });

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
      log.add({ ...exposureOf(catalogue, id), slots, createdAt: now });
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

    const shown = await readShownItems(stores.pool, catalogue);
    expect(shown.get(numberOf('a'))).toEqual({ impressions: 300, clicks: 0 });
    expect(shown.get(numberOf('b'))).toEqual({ impressions: 300, clicks: 38 });
    const today = { placement: 'home', day: now.toISOString().slice(0, 10) };
    expect(await countExploredSlots(stores.pool, catalogue, today)).toBe(75);
    expect(await countExploredSlots(stores.pool, catalogue, { ...today, placement: 'other' })).toBe(0);

    const judged = await readJudgedLists(stores.pool, catalogue, {
      placement: 'home',
      since: new Date(now.getTime() - 1_000),
      until: new Date(now.getTime() + 1_000),
      lists: 1_000,
      operation: 'recommendations',
    });
    expect(judged).toHaveLength(300);
    const slots = judged.flatMap((list) => list.slots.map((slot) => ({ ...slot, list: list.id })));
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
});

describe('trials', () => {
  let catalogue: Awaited<ReturnType<typeof addCatalogue>>;
  let a: ItemNumber;
  let b: ItemNumber;
  beforeAll(async () => {
    catalogue = await addCatalogue(stores.pool, 'trials');
    await upsertItems(stores.pool, catalogue, [itemWrite('a'), itemWrite('b')]);
    const numbers = await findItemNumbers(stores.pool, catalogue, [itemId('a'), itemId('b')]);
    a = itemNumber(numbers.get(itemId('a')) ?? 0);
    b = itemNumber(numbers.get(itemId('b')) ?? 0);
  });
  const trialOf = async (item: ItemNumber) => (await readTrials(stores.pool, catalogue, [a, b])).get(item);

  it('keep the first expectation of an item, and want nothing of one that was deleted', async () => {
    await beginTrials(stores.pool, catalogue, [{ item: a, dayZeroRate: 0.1 }]);
    await beginTrials(stores.pool, catalogue, [
      { item: a, dayZeroRate: 0.2 },
      { item: itemNumber(999_999_999), dayZeroRate: 0.3 },
    ]);
    expect([...(await readTrials(stores.pool, catalogue, [a, b, itemNumber(999_999_999)]))]).toEqual([
      [a, { dayZeroRate: 0.1, impressions: 0, clicks: 0, outcome: null, cause: null }],
    ]);
  });

  it('count what explored, once, whatever several processes log at the same time, and its clicks', async () => {
    await beginTrials(stores.pool, catalogue, [{ item: b, dayZeroRate: 0.1 }]);
    const exposure = (id: RecommendationId, explores: boolean, [first, second]: readonly ItemNumber[]) => ({
      ...exposureOf(catalogue, id),
      slots: [first, second].flatMap((item) =>
        item === undefined ? [] : [{ item, score: 1, propensity: 0.5, isExploration: explores }],
      ),
      createdAt: new Date(),
    });
    const logs = pools.map((pool) => new RecommendationLog(pool, { flushMs: 1 }));
    const lists = Array.from({ length: 400 }, () => recommendationId(randomUUID()));
    // The same list twice is one; items in both orders, so that unordered locks would deadlock.
    lists.forEach((id, n) => {
      const explores = n % 2 === 0;
      for (const log of [logs[n % 4], logs[(n + 1) % 4]]) {
        log?.add(exposure(id, explores, n % 4 === 0 ? [a, b] : [b, a]));
      }
    });
    await Promise.all(logs.map((log) => log.flush()));
    const click = (id: string, list: string | undefined) => ({
      id,
      type: 'CLICK',
      sessionId: 's',
      itemId: 'b',
      recommendationId: list,
    });
    const { events } = checkEvents(
      [
        click('one', lists[0]),
        click('the same again', lists[0]),
        click('two', lists[2]),
        click('of a list that did not explore', lists[1]),
        click('of nothing that was shown', randomUUID()),
        click('of no list at all', 'not a uuid'),
      ],
      new Date(),
      () => false,
    );
    await insertEvents(stores.pool, catalogue, events, null);
    expect(await trialOf(a)).toMatchObject({ impressions: 200, clicks: 0 });
    expect(await trialOf(b)).toMatchObject({ impressions: 200, clicks: 2 });
  });

  it('end once by what was seen, and by a person at any time, who is written down', async () => {
    const end = (outcome: TrialOutcome) =>
      endTrials(stores.pool, catalogue, [{ item: b, outcome, cause: 'CERTAIN', clicks: 2 }]);
    await end('GRADUATED');
    await end('RETIRED');
    expect(await trialOf(b)).toMatchObject({ outcome: 'GRADUATED', cause: 'CERTAIN', clicks: 2 });
    const decide = (outcome: TrialOutcome | null) =>
      decideTrial(stores.pool, catalogue, itemId('b'), { outcome, reason: 'recalled' }, 'member:ann');
    await decide('RETIRED');
    expect(await trialOf(b)).toMatchObject({ outcome: 'RETIRED', cause: 'PERSON' });
    expect(await countTrials(stores.pool, catalogue)).toEqual({ onTrial: 1, graduated: 0, retired: 1 });
    await decide(null);
    expect(await trialOf(b)).toMatchObject({ outcome: null, cause: null, impressions: 200, clicks: 2 });
    const [entry] = await listAudit(stores.pool, catalogue, 1, null);
    expect(entry).toMatchObject({
      actor: 'member:ann',
      action: 'trial.decide',
      target: 'b',
      detail: { outcome: 'ON_TRIAL', before: 'RETIRED', reason: 'recalled' },
    });
    await expect(
      decideTrial(stores.pool, catalogue, itemId('c'), { outcome: null, reason: 'x' }, 'member:ann'),
    ).rejects.toThrow(/never was on trial/);
  });

  it('are listed newest first, page by page, and by state', async () => {
    const list = (after: TrialPage['after'], state: TrialPage['state'] = null) =>
      listTrials(stores.pool, catalogue, { first: 1, after, state });
    // Begun in one statement, at the same microsecond.
    await stores.pool.query('UPDATE item_trial SET expected_at = now() WHERE catalogue_id = $1', [catalogue]);
    const [newest] = await list(null);
    const [next] = await list(newest ?? null);
    expect([newest?.itemId, next?.itemId]).toEqual(['b', 'a']);
    expect(await list(next ?? null)).toEqual([]);
    expect(await list(null, 'RETIRED')).toEqual([]);
  });
});
