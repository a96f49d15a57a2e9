import { type EventType, eventTypes, itemId, profileId, seededRandom } from '@kindling/domain';
import { createItemView } from '@kindling/recommender';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readItemChanges } from './change-feed.js';
import { daysAgo, event, events, now } from './event.fixture.js';
import { EventQueue } from './event-queue.js';
import { checkEvents, findMiscounts, insertEvents, type StorableEvent } from './event-store.js';
import { evidenceSource } from './evidence-store.js';
import { upsertItems } from './item-store.js';
import { readDayCounts } from './popularity-feed.js';
import { addCatalogue, itemWrite, openStores, type StoreFixture } from './store.fixture.js';

let stores: StoreFixture;
beforeAll(async () => {
  stores = await openStores();
});
afterAll(() => stores.close());

let catalogues = 0;
const freshCatalogue = () => addCatalogue(stores.pool, `events-${++catalogues}`);

const dayCounts = async (catalogue: Parameters<typeof readDayCounts>[1]) =>
  (await readDayCounts(stores.pool, catalogue, null)).rows.map((row) => JSON.stringify(row)).sort();

describe('checkEvents', () => {
  it('rejects each bad row with its index, field and reason, and keeps the good ones', () => {
    const checked = checkEvents(
      [
        event('good'),
        event('', {}),
        event('no-item', { itemId: null }),
        event('bad-type', { type: 'LOOK' }),
        event('nobody', { profileId: null }),
        event('six-stars', { type: 'RATING', value: 6 }),
        event('silent', { type: 'SEARCH', query: ' ' }),
        event('nul', { sessionId: 'a\0b' }),
        'not an event',
      ],
      now,
      () => false,
    );
    expect(checked.events.map(({ id }) => id)).toEqual(['good']);
    expect(checked.rejected.map(({ index, field }) => [index, field])).toEqual([
      [1, 'id'],
      [2, 'itemId'],
      [3, 'type'],
      [4, 'profileId'],
      [5, 'value'],
      [6, 'query'],
      [7, 'sessionId'],
      [8, null],
    ]);
  });

  it('takes an event up to 10 minutes ahead as of now, and refuses one further ahead or older than two years', () => {
    const checked = checkEvents(
      [
        event('ahead', { occurredAt: new Date(now.getTime() + 9 * 60_000) }),
        event('far', { occurredAt: new Date(now.getTime() + 11 * 60_000) }),
        event('late', { occurredAt: daysAgo(729) }),
        event('ancient', { occurredAt: daysAgo(731) }),
        event('untimed'),
      ],
      now,
      () => false,
    );
    expect(checked.events.map(({ id, occurredAt }) => [id, occurredAt])).toEqual([
      ['ahead', now],
      ['late', daysAgo(729)],
      ['untimed', now],
    ]);
    expect(checked.rejected.map(({ index, code }) => [index, code])).toEqual([
      [1, 'IN_THE_FUTURE'],
      [3, 'TOO_OLD'],
    ]);
  });
});

describe('insertEvents', () => {
  it('gives the same id one effect, in one batch, in later ones and in concurrent ones', async () => {
    const catalogue = await freshCatalogue();
    const batch = events(event('a'), event('b'));
    expect(checkEvents([event('a'), event('a')], now, () => false).repeated).toBe(1);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => insertEvents(stores.pool, catalogue, batch, null)),
    );
    expect(answers.flatMap((ids) => [...ids]).sort()).toEqual(['a', 'b']);
    expect(await insertEvents(stores.pool, catalogue, batch, null)).toEqual(new Set());
    expect(await dayCounts(catalogue)).toHaveLength(1);
    expect(await findMiscounts(stores.pool, catalogue, null)).toEqual([]);
  });

  it('counts days exactly the same however three shuffled, overlapping replays arrive', async () => {
    const random = seededRandom('replay');
    const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T;
    const rows = Array.from({ length: 600 }, (_, index) => {
      const type: EventType = pick(eventTypes.filter((one) => one !== 'SEARCH'));
      return event(`e${index}`, {
        type,
        itemId: `item-${Math.floor(random() * 12)}`,
        profileId: `person-${Math.floor(random() * 30)}`,
        value: type === 'RATING' ? 1 + Math.floor(random() * 5) : 30 * random(),
        occurredAt: daysAgo(5 * random()),
        attributes: { country: pick(['de', 'fr', 'cn']) },
      });
    });
    const results: string[][] = [];
    for (let replay = 0; replay < 3; replay++) {
      const catalogue = await freshCatalogue();
      const shuffled = [...rows, ...rows.slice(0, 200)]
        .map((row) => [random(), row] as const)
        .sort(([a], [b]) => a - b)
        .map(([, row]) => row);
      const queue = new EventQueue(stores.pool, { maximumGroup: 100 });
      const calls: Promise<unknown>[] = [];
      for (let at = 0; at < shuffled.length; at += 37) {
        calls.push(
          queue.store(
            catalogue,
            'country',
            checkEvents(shuffled.slice(at, at + 37), now, () => false).events,
          ),
        );
      }
      await Promise.all(calls);
      expect(await findMiscounts(stores.pool, catalogue, 'country')).toEqual([]);
      results.push(await dayCounts(catalogue));
    }
    expect(results[0]?.length).toBeGreaterThan(200);
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  it('does not deadlock when batches name the same items and ids in opposite orders', async () => {
    const catalogue = await freshCatalogue();
    const rows = Array.from({ length: 200 }, (_, index) =>
      event(`d${index}`, { itemId: `item-${index % 50}` }),
    );
    const batches = Array.from({ length: 12 }, (_, index) =>
      events(...(index % 2 ? rows : [...rows].reverse())),
    );
    const answers = await Promise.all(
      batches.map((batch) => insertEvents(stores.pool, catalogue, batch, null)),
    );
    expect(answers.reduce((sum, ids) => sum + ids.size, 0)).toBe(200);
    expect(await findMiscounts(stores.pool, catalogue, null)).toEqual([]);
  });

  it('keeps an event about an item that is not known yet, so that it counts when the item arrives', async () => {
    const catalogue = await freshCatalogue();
    await insertEvents(stores.pool, catalogue, events(event('early', { itemId: 'not-yet' })), null);
    const view = createItemView(catalogue);
    view.applyDayCounts((await readDayCounts(stores.pool, catalogue, null)).rows);
    await upsertItems(stores.pool, catalogue, [itemWrite('not-yet')]);
    view.apply((await readItemChanges(stores.pool, catalogue, 0)).changes);
    expect(view.eventCount(view.rowOfId(itemId('not-yet')) ?? -1)).toBe(1);
  });
});

describe('EventQueue', () => {
  it('tells each of many concurrent calls its own outcome, also when they share ids', async () => {
    const catalogue = await freshCatalogue();
    const queue = new EventQueue(stores.pool);
    const outcomes = await Promise.all([
      queue.store(catalogue, null, events(event('x'), event('y'))),
      queue.store(catalogue, null, events(event('y'), event('z'))),
      queue.store(catalogue, null, events(event('x'))),
    ]);
    expect(outcomes.map(({ accepted, duplicates }) => [accepted, duplicates])).toEqual([
      [2, 0],
      [1, 1],
      [0, 1],
    ]);
  });

  it('stores the rest of a group when Postgres refuses one value, and says which and why', async () => {
    const catalogue = await freshCatalogue();
    const queue = new EventQueue(stores.pool);
    // checkEvents would not let it pass.
    const poisoned = { ...events(event('bad'))[0], sessionId: 'a\0b' } as StorableEvent;
    const good = Array.from({ length: 20 }, (_, index) => event(`ok${index}`));
    const [outcome, other] = await Promise.all([
      queue.store(catalogue, null, [...events(...good), poisoned]),
      queue.store(catalogue, null, events(event('elsewhere'))),
    ]);
    expect(outcome?.accepted).toBe(20);
    expect(outcome?.unstorable.map(({ index }) => index)).toEqual([20]);
    expect(other).toMatchObject({ accepted: 1, duplicates: 0 });
  });

  it('stores half surrogate pairs in attributes as the replacement character', async () => {
    const catalogue = await freshCatalogue();
    const queue = new EventQueue(stores.pool);
    const outcome = await queue.store(
      catalogue,
      null,
      events(event('half', { attributes: { note: 'a\ud800b' } })),
    );
    expect(outcome.accepted).toBe(1);
  });

  it('refuses with RATE_LIMITED what is over its bound, and takes it later', async () => {
    const catalogue = await freshCatalogue();
    const queue = new EventQueue(stores.pool, { maximumWaiting: 2 });
    const first = queue.store(catalogue, null, events(event('1'), event('2')));
    await expect(queue.store(catalogue, null, events(event('3')))).rejects.toMatchObject({
      code: 'RATE_LIMITED',
    });
    await first;
    await queue.drain();
    await expect(queue.store(catalogue, null, events(event('3')))).resolves.toMatchObject({ accepted: 1 });
  });

  it('gives a client that retries after a lost acknowledgement duplicates, not doubles', async () => {
    const catalogue = await freshCatalogue();
    let lost = true;
    const queue = new EventQueue(stores.pool, {
      onCommitted: () => {
        if (lost) throw new Error('the process died before it could answer');
      },
    });
    const batch = events(event('once'));
    await expect(queue.store(catalogue, null, batch)).rejects.toThrow('died');
    lost = false;
    await expect(queue.store(catalogue, null, batch)).resolves.toMatchObject({ accepted: 0, duplicates: 1 });
    expect(await findMiscounts(stores.pool, catalogue, null)).toEqual([]);
  });
});

describe('readDayCounts', () => {
  it('misses no change of a transaction that was under way while it was read', async () => {
    const catalogue = await freshCatalogue();
    const slow = await stores.pool.connect();
    try {
      await slow.query('BEGIN');
      await slow.query(
        `INSERT INTO item_day (catalogue_id, item_id, type, day, events) VALUES ($1, 'slow', 'VIEW', '2026-11-24', 1)`,
        [catalogue],
      );
      await insertEvents(stores.pool, catalogue, events(event('fast', { itemId: 'fast' })), null);
      const first = await readDayCounts(stores.pool, catalogue, null);
      expect(first.rows.map((row) => row.itemId)).toEqual(['fast']);
      await slow.query('COMMIT');
      const second = await readDayCounts(stores.pool, catalogue, first.horizon);
      expect(second.rows.map((row) => row.itemId)).toContain('slow');
    } finally {
      slow.release();
    }
  });

  it('comes to rest: nothing comes again once nothing changes', async () => {
    const catalogue = await freshCatalogue();
    await insertEvents(stores.pool, catalogue, events(event('one')), null);
    let batch = await readDayCounts(stores.pool, catalogue, null);
    // Within the millisecond of a change it may come twice.
    await expect
      .poll(async () => {
        batch = await readDayCounts(stores.pool, catalogue, batch.horizon);
        return batch.rows;
      })
      .toEqual([]);
  });
});

describe('evidence', () => {
  it('is null for a profile that was never seen', async () => {
    const catalogue = await freshCatalogue();
    const source = evidenceSource(stores.pool, catalogue);
    expect(await source.load({ profileId: profileId('stranger'), sessionId: null })).toBeNull();
  });

  it('tells the newest events first, leaves impressions out, and names what is closed', async () => {
    const catalogue = await freshCatalogue();
    await insertEvents(
      stores.pool,
      catalogue,
      events(
        event('1', { itemId: 'old', occurredAt: daysAgo(3) }),
        event('2', { itemId: 'bought', type: 'PURCHASE', occurredAt: daysAgo(2) }),
        event('3', { itemId: 'seen', type: 'IMPRESSION', occurredAt: daysAgo(1) }),
        event('4', { itemId: null, type: 'SEARCH', query: 'robots', occurredAt: daysAgo(0.5) }),
        event('5', { itemId: 'other', profileId: 'bob', occurredAt: daysAgo(0.1) }),
      ),
      null,
    );
    const evidence = await evidenceSource(stores.pool, catalogue).load({
      profileId: profileId('ann'),
      sessionId: null,
    });
    expect(evidence?.events.map(({ type, itemId, query }) => [type, itemId ?? query])).toEqual([
      ['SEARCH', 'robots'],
      ['PURCHASE', 'bought'],
      ['VIEW', 'old'],
    ]);
    expect(evidence?.events[0]?.occurredAtMs).toBe(daysAgo(0.5).getTime());
    expect(evidence?.eventCount).toBe(3);
    expect(evidence?.closedItemIds).toEqual(['bought']);
  });

  it('adds what a session did without a profile, and nothing that it did as somebody else', async () => {
    const catalogue = await freshCatalogue();
    await insertEvents(
      stores.pool,
      catalogue,
      events(
        event('1', { itemId: 'anonymous', profileId: null, sessionId: 's' }),
        event('2', { itemId: 'others', profileId: 'bob', sessionId: 's' }),
      ),
      null,
    );
    const evidence = await evidenceSource(stores.pool, catalogue).load({
      profileId: profileId('ann'),
      sessionId: 's',
    });
    expect(evidence?.events.map(({ itemId }) => itemId)).toEqual(['anonymous']);
  });
});
