import { profileId } from '@kindling/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAudit } from './audit-store.js';
import { event, events } from './event.fixture.js';
import { findMiscounts, insertEvents } from './event-store.js';
import { evidenceSource } from './evidence-store.js';
import { readDayCounts } from './popularity-feed.js';
import { eraseProfile, exportProfile, findProfile, mergeProfiles } from './profile-store.js';
import { profileWriteSchema, upsertProfiles } from './profile-write.js';
import {
  expireReplacedAttributes,
  knowsAttributesThen,
  mostReplacedAttributes,
} from './replaced-attributes-store.js';
import { addCatalogue, openStores, type StoreFixture } from './store.fixture.js';

let stores: StoreFixture;
beforeAll(async () => {
  stores = await openStores();
});
afterAll(() => stores.close());

let catalogues = 0;
const freshCatalogue = () => addCatalogue(stores.pool, `profiles-${++catalogues}`);

describe('attributes of then', () => {
  const write = (catalogue: Awaited<ReturnType<typeof freshCatalogue>>, id: string, attributes: object) =>
    upsertProfiles(stores.pool, catalogue, [profileWriteSchema.parse({ id, attributes })], 'test');
  const databaseTime = async () =>
    (await stores.pool.query<{ now: Date }>('SELECT clock_timestamp() AS now')).rows[0]?.now ?? new Date(0);
  const at = async (catalogue: Awaited<ReturnType<typeof freshCatalogue>>, id: string, time: Date) =>
    (await evidenceSource(stores.pool, catalogue, time).load({ profileId: profileId(id), sessionId: null }))
      ?.attributes;

  it('are those that the profile had, also before a merge, and none of somebody who was not there yet', async () => {
    const catalogue = await freshCatalogue();
    const times = [await databaseTime()];
    for (const [id, attributes] of [
      ['ann', { city: 'Ulm' }],
      ['ann', { city: 'Bern' }],
      ['device', { plan: 'pro' }],
    ] as const) {
      await write(catalogue, id, attributes);
      times.push(await databaseTime());
    }
    await mergeProfiles(stores.pool, catalogue, profileId('device'), profileId('ann'));
    const told = await Promise.all(times.map((time) => at(catalogue, 'ann', time)));
    expect(told).toEqual([undefined, { city: 'Ulm' }, { city: 'Bern' }, { city: 'Bern' }]);
    expect(await at(catalogue, 'ann', await databaseTime())).toEqual({ city: 'Bern', plan: 'pro' });
    const [, first = new Date()] = times;
    expect(await knowsAttributesThen(stores.pool, catalogue, profileId('ann'), first)).toBe(true);
    const long = new Date(Date.now() - 40 * 86_400_000);
    expect(await knowsAttributesThen(stores.pool, catalogue, profileId('ann'), long)).toBe(false);
  });

  it('are handed out with the rest, and go with the person; nothing is kept of what stays the same', async () => {
    const catalogue = await freshCatalogue();
    for (const attributes of [{ city: 'Ulm' }, { city: 'Ulm' }, { city: 'Bern' }]) {
      await write(catalogue, 'ann', attributes);
    }
    const kept = () =>
      stores.pool.query('SELECT attributes FROM replaced_attributes WHERE catalogue_id = $1', [catalogue]);
    expect((await kept()).rows).toEqual([{ attributes: { city: 'Ulm' } }]);
    const exported = await exportProfile(stores.pool, catalogue, profileId('ann'));
    expect(exported['earlierAttributes']).toMatchObject([{ attributes: { city: 'Ulm' } }]);
    const options = { segmentAttribute: null, actor: 'test' };
    const receipt = await eraseProfile(stores.pool, catalogue, profileId('ann'), options);
    expect([receipt.remaining, (await kept()).rows]).toEqual([0, []]);
  });

  it('are kept of the newest changes alone, and what came before is said to be unknown', async () => {
    const catalogue = await freshCatalogue();
    await write(catalogue, 'ann', { visit: 0 });
    const early = await databaseTime();
    for (let visit = 1; visit <= mostReplacedAttributes + 5; visit++)
      await write(catalogue, 'ann', { visit });
    const { rows } = await stores.pool.query('SELECT 1 FROM replaced_attributes WHERE catalogue_id = $1', [
      catalogue,
    ]);
    expect(rows).toHaveLength(mostReplacedAttributes);
    const told = [new Date(), early].map((time) =>
      knowsAttributesThen(stores.pool, catalogue, profileId('ann'), time),
    );
    expect(await Promise.all(told)).toEqual([true, false]);
    await stores.pool.query(
      `UPDATE replaced_attributes SET replaced_at = replaced_at - interval '31 days' WHERE catalogue_id = $1`,
      [catalogue],
    );
    expect(await expireReplacedAttributes(stores.pool)).toBe(mostReplacedAttributes);
    expect(await at(catalogue, 'ann', await databaseTime())).toEqual({ visit: mostReplacedAttributes + 5 });
  });
});

describe('mergeProfiles', () => {
  it('moves events to the known profile, and later ones of the old id too; twice is once', async () => {
    const catalogue = await freshCatalogue();
    await insertEvents(
      stores.pool,
      catalogue,
      events(event('1', { profileId: 'device', itemId: 'a' })),
      null,
    );
    await insertEvents(stores.pool, catalogue, events(event('2', { profileId: 'ann', itemId: 'b' })), null);
    await mergeProfiles(stores.pool, catalogue, profileId('device'), profileId('ann'));
    await insertEvents(
      stores.pool,
      catalogue,
      events(event('3', { profileId: 'device', itemId: 'c' })),
      null,
    );
    const merged = await mergeProfiles(stores.pool, catalogue, profileId('device'), profileId('ann'));
    expect(merged).toMatchObject({ id: 'ann', events: 3 });
    const source = evidenceSource(stores.pool, catalogue);
    const viaOldId = await source.load({ profileId: profileId('device'), sessionId: null });
    expect(new Set(viaOldId?.events.map(({ itemId }) => itemId))).toEqual(new Set(['a', 'b', 'c']));
    expect(await findMiscounts(stores.pool, catalogue, null)).toEqual([]);
  });

  it('loses no event that is stored while the profiles are merged', async () => {
    const catalogue = await freshCatalogue();
    await insertEvents(stores.pool, catalogue, events(event('0', { profileId: 'device' })), null);
    await Promise.all([
      ...Array.from({ length: 20 }, (_, index) =>
        insertEvents(stores.pool, catalogue, events(event(`c${index}`, { profileId: 'device' })), null),
      ),
      mergeProfiles(stores.pool, catalogue, profileId('device'), profileId('ann')),
    ]);
    expect((await findProfile(stores.pool, catalogue, profileId('ann')))?.events).toBe(21);
  });

  it('refuses a circle and a second target', async () => {
    const catalogue = await freshCatalogue();
    const merge = (from: string, into: string) =>
      mergeProfiles(stores.pool, catalogue, profileId(from), profileId(into));
    await merge('a', 'b');
    await expect(merge('b', 'a')).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(merge('a', 'c')).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(merge('a', 'a')).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await merge('b', 'c');
    await expect(merge('a', 'c')).resolves.toMatchObject({ id: 'c' });
  });
});

describe('upsertProfiles', () => {
  const write = (catalogue: Parameters<typeof upsertProfiles>[1], ...rows: object[]) =>
    upsertProfiles(
      stores.pool,
      catalogue,
      rows.map((row) => profileWriteSchema.parse(row)),
      'test',
    );
  const segments = async (catalogue: Parameters<typeof readDayCounts>[1]) =>
    (await readDayCounts(stores.pool, catalogue, null)).rows
      .map(({ segment, events }) => [segment, events])
      .sort();

  it('replaces what is given, keeps what is left out, and says what became of each row', async () => {
    const catalogue = await freshCatalogue();
    expect(
      await write(catalogue, { id: 'ann', attributes: { country: 'DE', age: 40 } }, { id: 'bob' }),
    ).toEqual(['CREATED', 'CREATED']);
    const consent = { personalisation: true };
    expect(await write(catalogue, { id: 'ann', consent }, { id: 'bob' })).toEqual(['UPDATED', 'UNCHANGED']);
    expect(await write(catalogue, { id: 'ann', consent })).toEqual(['UNCHANGED']);
    await write(catalogue, { id: 'ann', attributes: { country: 'FR' } }, { id: 'ann', attributes: { x: 1 } });
    expect(await exportProfile(stores.pool, catalogue, profileId('ann'))).toMatchObject({
      attributes: { x: 1 },
      consent,
    });
    expect((await findProfile(stores.pool, catalogue, profileId('ann')))?.attributes).toEqual({ x: 1 });
    const audit = await listAudit(stores.pool, catalogue, 10, null);
    expect(audit.map(({ action, detail }) => [action, detail])).toEqual([
      ['profile.upsert', { created: 0, updated: 1 }],
      ['profile.upsert', { created: 0, updated: 1 }],
      ['profile.upsert', { created: 2, updated: 0 }],
    ]);
  });

  it('gives events the segment that their profile has when they are stored, and leaves earlier ones alone', async () => {
    const catalogue = await freshCatalogue();
    const store = (...rows: object[]) => insertEvents(stores.pool, catalogue, events(...rows), 'country');
    await store(event('before'));
    await write(catalogue, { id: 'ann', attributes: { country: 'DE' } });
    await store(
      event('german'),
      event('abroad', { attributes: { country: 'AT' } }),
      event('else', { profileId: 'bob' }),
    );
    await write(catalogue, { id: 'ann', attributes: { country: 'FR' } });
    await store(event('french'), event('french-too'));
    expect(await segments(catalogue)).toEqual([
      ['', 2],
      ['AT', 1],
      ['DE', 1],
      ['FR', 2],
    ]);
    expect(await findMiscounts(stores.pool, catalogue, 'country')).toEqual([]);
    await eraseProfile(stores.pool, catalogue, profileId('ann'), {
      segmentAttribute: 'country',
      actor: 'test',
    });
    expect((await segments(catalogue)).filter(([, count]) => count !== 0)).toEqual([['', 1]]);
  });

  it('writes a merged profile where it was merged into, and its events count in that segment', async () => {
    const catalogue = await freshCatalogue();
    await mergeProfiles(stores.pool, catalogue, profileId('device'), profileId('ann'));
    expect(await write(catalogue, { id: 'device', attributes: { country: 'DE' } })).toEqual(['UPDATED']);
    expect((await findProfile(stores.pool, catalogue, profileId('ann')))?.attributes).toEqual({
      country: 'DE',
    });
    await insertEvents(stores.pool, catalogue, events(event('1', { profileId: 'device' })), 'country');
    expect(await segments(catalogue)).toEqual([['DE', 1]]);
  });

  it('refuses what cannot be stored, field by field', () => {
    const fieldOf = (row: object) => profileWriteSchema.safeParse(row).error?.issues[0]?.path[0];
    expect(fieldOf({ id: '' })).toBe('id');
    expect(fieldOf({ id: 'a\0' })).toBe('id');
    expect(fieldOf({ id: 'a', attributes: [1] })).toBe('attributes');
    expect(fieldOf({ id: 'a', attributes: { text: 'x'.repeat(9_000) } })).toBe('attributes');
    expect(fieldOf({ id: 'a', attributes: { text: 'a\0' } })).toBe('attributes');
    expect(fieldOf({ id: 'a', consent: { personalisation: 'yes' } })).toBe('consent');
  });
});

describe('eraseProfile', () => {
  it('removes the person, those merged into it and its sessions, uncounts the events, and leaves others alone', async () => {
    const catalogue = await freshCatalogue();
    await insertEvents(
      stores.pool,
      catalogue,
      events(
        event('1', { profileId: 'device', sessionId: 's1' }),
        event('2', { profileId: null, sessionId: 's1' }),
        event('3', { profileId: 'ann', type: 'RATING', value: 5 }),
        event('4', { profileId: 'bob' }),
      ),
      null,
    );
    await mergeProfiles(stores.pool, catalogue, profileId('device'), profileId('ann'));
    expect(await exportProfile(stores.pool, catalogue, profileId('device'))).toMatchObject({
      id: 'ann',
      mergedProfiles: ['device'],
      events: [{ id: '1' }, { id: '3' }],
    });
    const options = { segmentAttribute: null, actor: 'test' };
    const receipt = await eraseProfile(stores.pool, catalogue, profileId('device'), options);
    expect(receipt).toMatchObject({ profiles: 2, events: 3, remaining: 0 });
    expect(await findMiscounts(stores.pool, catalogue, null)).toEqual([]);
    const left = await stores.pool.query('SELECT id FROM event WHERE catalogue_id = $1', [catalogue]);
    expect(left.rows).toEqual([{ id: '4' }]);
    await expect(exportProfile(stores.pool, catalogue, profileId('ann'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await eraseProfile(stores.pool, catalogue, profileId('ann'), options)).toMatchObject({
      profiles: 0,
      events: 0,
    });
  });
});
