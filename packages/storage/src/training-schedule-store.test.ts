import { profileId } from '@kindling/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCatalogue } from './catalogue-store.js';
import { daysAgo, event, events } from './event.fixture.js';
import { insertEvents } from './event-store.js';
import { eraseProfile } from './profile-store.js';
import { addCatalogue, openStores, type StoreFixture } from './store.fixture.js';
import { cancelTrainingRun, startTrainingRun } from './training-run-store.js';
import {
  dueTraining,
  findDueTrainings,
  saveTrainingSettings,
  trainingSettingsSchema,
} from './training-schedule-store.js';

const at = (time: string) => new Date(`2026-11-${time}Z`);
const madeAt = at('01T00:00');
const byNight = trainingSettingsSchema.parse({ nightlyHour: 3, afterEvents: null });
const byEvents = trainingSettingsSchema.parse({ nightlyHour: null, afterEvents: 500 });

describe('a training is due', () => {
  it('once after its hour, also when nobody was there at that hour', () => {
    const last = (time: string) => ({ askedAt: at(time), newEvents: 100 });
    expect(dueTraining(byNight, last('23T12:00'), madeAt, at('24T02:59'))).toBeNull();
    expect(dueTraining(byNight, last('23T12:00'), madeAt, at('24T03:00'))).toBe('NIGHTLY');
    expect(dueTraining(byNight, last('23T12:00'), madeAt, at('24T15:00'))).toBe('NIGHTLY');
    expect(dueTraining(byNight, last('24T03:00'), madeAt, at('24T15:00'))).toBeNull();
  });

  it('by night only where there is something new, and not for a night before the catalogue was', () => {
    expect(dueTraining(byNight, { askedAt: null, newEvents: 99 }, madeAt, at('24T04:00'))).toBeNull();
    expect(dueTraining(byNight, { askedAt: null, newEvents: 100 }, madeAt, at('24T04:00'))).toBe('NIGHTLY');
    expect(
      dueTraining(byNight, { askedAt: null, newEvents: 100 }, at('24T03:30'), at('24T04:00')),
    ).toBeNull();
  });

  it('after so many new events, at any hour', () => {
    expect(dueTraining(byEvents, { askedAt: null, newEvents: 499 }, madeAt, at('24T04:00'))).toBeNull();
    expect(dueTraining(byEvents, { askedAt: at('24T03:59'), newEvents: 500 }, madeAt, at('24T04:00'))).toBe(
      'EVENTS',
    );
  });
});

describe('the schedule of catalogues', () => {
  let stores: StoreFixture;
  beforeAll(async () => {
    stores = await openStores();
  });
  afterAll(() => stores.close());

  it('counts events since the last run, waits while one is open, and is kept by catalogue', async () => {
    const { pool } = stores;
    const catalogue = await addCatalogue(pool, 'scheduled');
    const due = async () =>
      (await findDueTrainings(pool, new Date())).filter((one) => one.catalogue === catalogue);
    await saveTrainingSettings(pool, catalogue, { nightlyHour: null, afterEvents: 100 }, 'member:ann');
    const track = (from: number, count: number) =>
      insertEvents(
        pool,
        catalogue,
        events(
          ...Array.from({ length: count }, (_, row) => event(`e${from + row}`, { occurredAt: daysAgo(90) })),
        ),
        null,
      );
    await track(0, 99);
    expect(await due()).toEqual([]);
    await track(99, 1);
    expect(await due()).toEqual([{ catalogue, trigger: 'EVENTS' }]);
    const { run } = await startTrainingRun(pool, catalogue, { trigger: 'EVENTS', actor: 'system' });
    expect(await due()).toEqual([]);
    await cancelTrainingRun(pool, catalogue, run.id, 'member:ann');
    await track(100, 99);
    expect(await due()).toEqual([]);
    await track(199, 1);
    expect(await due()).toHaveLength(1);
    expect((await findCatalogue(pool, catalogue))?.training).toEqual({
      nightlyHour: null,
      afterEvents: 100,
      windowDays: 730,
    });
  });

  it('counts neither what was only shown nor, ever again, what a person did who was erased', async () => {
    const { pool } = stores;
    const catalogue = await addCatalogue(pool, 'erased');
    const due = async () =>
      (await findDueTrainings(pool, new Date())).filter((one) => one.catalogue === catalogue);
    await saveTrainingSettings(pool, catalogue, { nightlyHour: null, afterEvents: 100 }, 'member:ann');
    const track = (who: string, count: number) =>
      insertEvents(
        pool,
        catalogue,
        events(
          ...Array.from({ length: count }, (_, row) =>
            event(`${who}-${row}`, { profileId: profileId(who), occurredAt: daysAgo(90) }),
          ),
        ),
        null,
      );
    await track('ann', 100);
    await track('bob', 50);
    const { run } = await startTrainingRun(pool, catalogue, { trigger: 'EVENTS', actor: 'system' });
    await cancelTrainingRun(pool, catalogue, run.id, 'member:ann');
    await track('cleo', 99);
    await eraseProfile(pool, catalogue, profileId('ann'), { segmentAttribute: null, actor: 'member:ann' });
    expect(await due()).toEqual([]);
    const seen = Array.from({ length: 50 }, (_, row) => event(`seen-${row}`, { type: 'IMPRESSION' }));
    await insertEvents(pool, catalogue, events(...seen), null);
    expect(await due()).toEqual([]);
    await track('dan', 1);
    expect(await due()).toEqual([{ catalogue, trigger: 'EVENTS' }]);
  });

  it('refuses what is no hour', async () => {
    await expect(
      saveTrainingSettings(stores.pool, stores.catalogue, { nightlyHour: 24 }, 'member:ann'),
    ).rejects.toThrow('is above 23');
  });
});
