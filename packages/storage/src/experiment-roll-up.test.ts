import {
  type CatalogueId,
  type Event,
  type EventType,
  itemId,
  profileId,
  seededRandom,
} from '@kindling/domain';
import {
  addUnit,
  experimentTag,
  metricSchema,
  noStatistics,
  type OutcomeSums,
  presetMetrics,
  readStatistics as readExact,
  type SufficientStatistics,
  taggedId,
} from '@kindling/experiments';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Pool } from './database.js';
import { insertEvents, type StorableEvent } from './event-store.js';
import { addPlacements, exposureOf, started } from './experiment.fixture.js';
import { addExperimentMetric, stopExperiment } from './experiment-life.js';
import { rollUpExperiment } from './experiment-roll-up.js';
import type { Experiment } from './experiment-row.js';
import { listRunningExperiments } from './experiment-store.js';
import { readMergedUnits } from './exposure-store.js';
import { ExposureWriter, writeExposures } from './exposure-writer.js';
import { saveMetric } from './metric-store.js';
import { eraseProfile, mergeProfiles } from './profile-store.js';
import { readExperimentCounts, readStatistics } from './statistic-store.js';
import { openStores, type StoreFixture } from './store.fixture.js';

let stores: StoreFixture;
beforeAll(async () => {
  stores = await openStores();
  await addPlacements(stores.pool, stores.catalogue);
});
afterEach(async () => {
  for (const { key } of await listRunningExperiments(stores.pool, stores.catalogue)) {
    await stopExperiment(stores.pool, stores.catalogue, key, 'the test is over', 'test');
  }
});
afterAll(() => stores.close());

const metrics = {
  primaryMetric: 'clicks',
  secondaryMetrics: ['revenue', 'click-through', 'conversion', 'time-to-first-click'],
};
const hourMs = 3_600_000;
const start = Date.now() - 20 * 24 * hourMs;
let sent = 0;
const event = (fields: Partial<StorableEvent> & { type: EventType }): StorableEvent => ({
  id: `e${++sent}` as Event['id'],
  profileId: null,
  sessionId: null,
  itemId: itemId('i'),
  query: null,
  value: null,
  occurredAt: new Date(),
  recommendationId: null,
  attributes: {},
  simulated: false,
  ...fields,
});

/** Days of a few units: clicks, impressions and purchases before and after their exposure. */
async function play(pool: Pool, experiment: Experiment, seed: string, units: readonly string[]) {
  const random = seededRandom(seed);
  const tag = experimentTag(experiment.catalogue, experiment.key, experiment.version);
  const events: StorableEvent[] = [];
  for (const [index, unit] of units.entries()) {
    const exposedAt = new Date(start + Math.floor(random() * 5 * 24) * hourMs);
    await writeExposures(pool, [
      exposureOf(experiment, unit, index % 2, exposedAt, { device: random() < 0.5 ? 'mobile' : 'desktop' }),
    ]);
    for (let at = 0; at < 12; at++) {
      const occurredAt = new Date(exposedAt.getTime() + Math.floor((random() * 12 - 3) * 24 * hourMs));
      const type = (['CLICK', 'IMPRESSION', 'PURCHASE'] as const)[Math.floor(random() * 3)] ?? 'CLICK';
      const listAt = new Date(occurredAt.getTime() - Math.floor(random() * 40) * hourMs);
      events.push(
        event({
          type,
          profileId: profileId(unit),
          occurredAt,
          value: type === 'PURCHASE' ? Math.round(random() * 100_000) / 1_000 : null,
          recommendationId:
            random() < 0.7 ? (taggedId(crypto.randomUUID(), tag, listAt) as Event['recommendationId']) : null,
        }),
      );
    }
  }
  return events;
}

const store = (pool: Pool, catalogue: CatalogueId, events: readonly StorableEvent[]) =>
  insertEvents(pool, catalogue, events, null);

/** From the raw rows, in another language: what the sums over everybody have to be. */
async function recount(pool: Pool, experiment: Experiment) {
  const exposures = await pool.query<{
    unit: string;
    counted_as: string;
    variant: number;
    exposed_at: Date;
    several_arms: boolean;
  }>(
    'SELECT unit, counted_as, variant, exposed_at, several_arms FROM experiment_exposure WHERE experiment = $1',
    [experiment.number],
  );
  const events = await pool.query<{
    type: string;
    profile_id: string;
    value: number | null;
    occurred_at: Date;
    recommendation_id: string | null;
  }>('SELECT type, profile_id, value, occurred_at, recommendation_id FROM event WHERE catalogue_id = $1', [
    experiment.catalogue,
  ]);
  const tag = experimentTag(experiment.catalogue, experiment.key, experiment.version);
  const groups = new Map<string, typeof exposures.rows>();
  for (const row of exposures.rows) groups.set(row.counted_as, [...(groups.get(row.counted_as) ?? []), row]);
  const sums = new Map<string, SufficientStatistics>();
  for (const [unit, rows] of groups) {
    if (rows.some((row) => row.several_arms)) continue;
    const [first] = [...rows].sort((a, b) => a.exposed_at.getTime() - b.exposed_at.getTime());
    if (!first) continue;
    const exposedAt = first.exposed_at.getTime();
    const own = events.rows.filter((row) => row.profile_id === unit);
    const after = own.filter((row) => row.occurred_at.getTime() >= exposedAt);
    const listed = own.filter((row) => {
      if (!row.recommendation_id?.startsWith(tag)) return false;
      const minute = Number.parseInt(
        row.recommendation_id.slice(9, 13) + row.recommendation_id.slice(15, 18),
        16,
      );
      return row.occurred_at.getTime() < minute * 60_000 + 24 * hourMs;
    });
    const clicks = after.filter((row) => row.type === 'CLICK');
    const bought = after.filter((row) => row.type === 'PURCHASE');
    const firstClick = Math.min(...clicks.map((row) => row.occurred_at.getTime()));
    const count = (rows: readonly { readonly type: string }[], type: string) =>
      rows.filter((row) => row.type === type).length;
    const past = own.filter((row) => {
      const at = row.occurred_at.getTime();
      return at < exposedAt && at >= exposedAt - 14 * 24 * hourMs;
    });
    const values: [number, number][] = [
      [clicks.length, 0],
      [bought.reduce((sum, row) => sum + Math.round((row.value ?? 0) * 1_000), 0), 0],
      [count(listed, 'CLICK'), count(listed, 'IMPRESSION')],
      [Number(bought.length > 0), 0],
      [Math.min(86_400, Math.round((firstClick - exposedAt) / 1_000)), 0],
    ];
    for (const [metric, [y, x]] of values.entries()) {
      const key = `${metric}/${first.variant}`;
      sums.set(key, addUnit(sums.get(key) ?? noStatistics, y, x));
    }
    const key = `before/${first.variant}`;
    const [clicked, shown] = [count(past, 'CLICK'), count(past, 'IMPRESSION')];
    sums.set(key, addUnit(sums.get(key) ?? noStatistics, clicked, shown));
  }
  return Object.fromEntries(
    [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, readExact(one)]),
  );
}

const overall = (rows: readonly OutcomeSums[]) =>
  Object.fromEntries(
    rows
      .filter(({ dimension, metric }) => dimension === 'all' && metric >= 0)
      .flatMap(({ metric, variant, n, y, yy, x, xx, xy, p, pp, f, ff, pf }) => [
        [`${metric}/${variant}`, { n, sumY: y, sumYY: yy, sumX: x, sumXX: xx, sumXY: xy }],
        // of the ratio, what was above and below the line before the exposure
        ...(metric === 2
          ? [[`before/${variant}`, { n, sumY: p, sumYY: pp, sumX: f, sumXX: ff, sumXY: pf }]]
          : []),
      ]),
  );
const names = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

describe('statistics', () => {
  it('equal a recount of the raw events to the last digit: after late, reordered and repeated ones, in any batches', async () => {
    const { pool, catalogue } = stores;
    const experiment = await started(pool, catalogue, 'exact', metrics);
    const events = await play(pool, experiment, 'exact', names('p', 40));
    const random = seededRandom('order');
    const shuffled = events
      .map((one) => ({ one, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ one }) => one);
    for (let from = 0; from < shuffled.length; from += 60) {
      await store(pool, catalogue, shuffled.slice(Math.max(0, from - 20), from + 60));
      await rollUpExperiment(pool, experiment.number, { batch: 7 });
      expect(overall(await readStatistics(pool, experiment.number))).toEqual(await recount(pool, experiment));
    }
    const rows = await readStatistics(pool, experiment.number);
    for (const dimension of ['day', 'device', 'coldness', 'locale']) {
      const parts = rows.filter((row) => row.dimension === dimension && row.metric === 0);
      const whole = rows.filter((row) => row.dimension === 'all' && row.metric === 0);
      const total = (of: readonly OutcomeSums[], name: 'n' | 'yy' | 'pp' | 'fy') =>
        of.reduce((sum, row) => sum + row[name], 0);
      for (const name of ['n', 'yy', 'pp', 'fy'] as const)
        expect(total(parts, name)).toBe(total(whole, name));
    }
    expect(rows.some(({ p }) => p > 0) && rows.some(({ f }) => f > 0)).toBe(true);
    expect(await rollUpExperiment(pool, experiment.number)).toBe(0);
  });

  it('are the same when a step was cut off anywhere and done again', async () => {
    const { pool, catalogue } = stores;
    const experiment = await started(pool, catalogue, 'killed', metrics);
    await store(pool, catalogue, await play(pool, experiment, 'killed', names('k', 20)));
    for (let cut = 0; cut < 3; cut++) {
      const stopped = new AbortController();
      const run = rollUpExperiment(pool, experiment.number, {
        batch: 3,
        signal: stopped.signal,
        onBatch: () => stopped.abort(),
      });
      await expect(run).rejects.toThrow();
    }
    await rollUpExperiment(pool, experiment.number, { batch: 3 });
    expect(overall(await readStatistics(pool, experiment.number))).toEqual(await recount(pool, experiment));
  });

  it('of a fixed horizon stay as they were on that date: later events and units do not count', async () => {
    const { pool, catalogue } = stores;
    const experiment = await started(pool, catalogue, 'horizon', {
      primaryMetric: 'clicks',
      stopping: { rule: 'FIXED_HORIZON' },
      plan: { days: 14 },
    });
    const dayMs = 24 * hourMs;
    const begun = Date.now() - 20 * dayMs;
    const horizon = begun + 14 * dayMs;
    await pool.query('UPDATE experiment SET started_at = $2 WHERE number = $1', [
      experiment.number,
      new Date(begun),
    ]);
    const click = (unit: string, at: number) =>
      event({ type: 'CLICK', profileId: profileId(unit), occurredAt: new Date(at) });
    const expose = (unit: string, variant: number, at: number) =>
      writeExposures(pool, [exposureOf(experiment, unit, variant, new Date(at))]);
    await expose('h0', 0, begun + dayMs);
    await expose('h1', 1, horizon - 1);
    await store(pool, catalogue, [click('h0', begun + 2 * dayMs), click('h1', horizon - 1)]);
    await rollUpExperiment(pool, experiment.number);
    const atHorizon = await readStatistics(pool, experiment.number);
    expect(atHorizon.filter(({ metric, dimension }) => metric === 0 && dimension === 'all')).toMatchObject([
      { variant: 0, n: 1, y: 1 },
      { variant: 1, n: 1, y: 1 },
    ]);
    await expose('h2', 1, horizon);
    await store(pool, catalogue, [click('h0', horizon), click('h1', horizon + dayMs), click('h2', horizon)]);
    await rollUpExperiment(pool, experiment.number);
    expect(await readStatistics(pool, experiment.number)).toEqual(atHorizon);
    // one that was only late is part of what had been by then
    await store(pool, catalogue, [click('h0', horizon - 1)]);
    await rollUpExperiment(pool, experiment.number);
    const late = await readStatistics(pool, experiment.number);
    expect(late.find(({ metric, dimension }) => metric === 0 && dimension === 'all')).toMatchObject({
      n: 1,
      y: 2,
    });
  });

  it('two workers at once count nobody twice', async () => {
    const { pool, catalogue } = stores;
    const experiment = await started(pool, catalogue, 'twice', metrics);
    await store(pool, catalogue, await play(pool, experiment, 'twice', names('t', 30)));
    await Promise.all([1, 2, 3].map(() => rollUpExperiment(pool, experiment.number, { batch: 4 })));
    expect(overall(await readStatistics(pool, experiment.number))).toEqual(await recount(pool, experiment));
  });

  it('follow a merge: the first exposure wins, both histories count, and crossing arms is counted', async () => {
    const { pool, catalogue } = stores;
    const experiment = await started(pool, catalogue, 'merged', metrics);
    await store(pool, catalogue, await play(pool, experiment, 'merged', names('m', 10)));
    await rollUpExperiment(pool, experiment.number);
    await mergeProfiles(pool, catalogue, profileId('m0'), profileId('m1'));
    await mergeProfiles(pool, catalogue, profileId('m2'), profileId('m4'));
    // the old device asks once more, and the known profile gets what its own id says: no second arm without a merge
    await writeExposures(pool, [
      exposureOf(experiment, 'm0', 1, new Date()),
      exposureOf(experiment, 'm1', 0, new Date()),
    ]);
    await rollUpExperiment(pool, experiment.number);
    expect(overall(await readStatistics(pool, experiment.number))).toEqual(await recount(pool, experiment));
    expect(await readExperimentCounts(pool, experiment.number)).toMatchObject({
      mergedAcrossArms: 1,
      severalArms: 0,
      waiting: 0,
    });
    const merged = await readMergedUnits(pool, [experiment.number], new Date(0), 100);
    expect(merged.map(({ unit, countedAs }) => [unit, countedAs]).sort()).toEqual([
      ['m0', 'm1'],
      ['m1', 'm1'],
      ['m2', 'm4'],
      ['m4', 'm4'],
    ]);
  });

  it('drop and count a unit that was seen in two arms without a merge', async () => {
    const { pool, catalogue } = stores;
    const experiment = await started(pool, catalogue, 'several', metrics);
    await store(pool, catalogue, await play(pool, experiment, 'several', names('s', 6)));
    await rollUpExperiment(pool, experiment.number);
    await writeExposures(pool, [exposureOf(experiment, 's0', 1, new Date())]);
    await rollUpExperiment(pool, experiment.number);
    expect((await readExperimentCounts(pool, experiment.number)).severalArms).toBe(1);
    const units = (await readStatistics(pool, experiment.number)).filter(
      ({ metric, dimension }) => metric === -1 && dimension === 'all',
    );
    expect(units.map(({ n }) => n)).toEqual([2, 3]);
    expect(overall(await readStatistics(pool, experiment.number))).toEqual(await recount(pool, experiment));
  });

  it('forget who is erased, and no exposure of theirs remains', async () => {
    const { pool, catalogue } = stores;
    const experiment = await started(pool, catalogue, 'erased', metrics);
    await store(pool, catalogue, await play(pool, experiment, 'erased', names('x', 8)));
    await rollUpExperiment(pool, experiment.number);
    const receipt = await eraseProfile(pool, catalogue, profileId('x3'), {
      segmentAttribute: null,
      actor: 'test',
    });
    expect(receipt.remaining).toBe(0);
    await rollUpExperiment(pool, experiment.number);
    expect(overall(await readStatistics(pool, experiment.number))).toEqual(await recount(pool, experiment));
    const left = await pool.query(
      `SELECT FROM experiment_exposure WHERE unit = 'x3' UNION ALL SELECT FROM experiment_outcome WHERE unit = 'x3'`,
    );
    expect(left.rowCount).toBe(0);
  });

  it('of a metric that was added later are counted back over all events, also after the stop', async () => {
    const { pool, catalogue } = stores;
    const experiment = await started(pool, catalogue, 'added', { primaryMetric: 'clicks' });
    await store(pool, catalogue, await play(pool, experiment, 'added', names('a', 20)));
    await rollUpExperiment(pool, experiment.number);
    await stopExperiment(pool, catalogue, 'added', 'enough', 'test');
    const before = await readStatistics(pool, experiment.number);
    for (const metric of metrics.secondaryMetrics)
      await addExperimentMetric(pool, catalogue, 'added', metric, 'test');
    await expect(addExperimentMetric(pool, catalogue, 'added', 'clicks', 'test')).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await rollUpExperiment(pool, experiment.number);
    const after = await readStatistics(pool, experiment.number);
    expect(after.filter(({ metric }) => metric <= 0)).toEqual(before);
    expect(overall(after)).toEqual(await recount(pool, experiment));

    // a definition that was changed, too: the one that was frozen stays beside it
    const clicks = presetMetrics.find(({ key }) => key === 'clicks');
    const original = metricSchema.parse(clicks);
    await saveMetric(pool, catalogue, { ...original, cap: 1 }, 1, 'test');
    await addExperimentMetric(pool, catalogue, 'added', 'clicks', 'test');
    await saveMetric(pool, catalogue, original, 2, 'test');
    await rollUpExperiment(pool, experiment.number);
    const changed = await readStatistics(pool, experiment.number);
    const place = 1 + metrics.secondaryMetrics.length;
    expect(changed.filter(({ metric }) => metric < place)).toEqual(after);
    const capped = changed.filter(({ metric, dimension }) => metric === place && dimension === 'all');
    expect(capped.map(({ n }) => n)).toEqual([10, 10]);
    // each unit counts once at most
    expect(capped.every(({ n, y, yy }) => y <= n && yy === y && y > 0)).toBe(true);
  });

  it('cut a heavy tail at a percentile of everybody that is fixed once', async () => {
    const { pool, catalogue } = stores;
    const experiment = await started(pool, catalogue, 'tail', {
      primaryMetric: 'revenue',
      minimumUnitsPerArm: 50,
    });
    const at = new Date(start);
    const units = names('r', 200);
    const buy = (unit: string, value: number) =>
      event({ type: 'PURCHASE', profileId: profileId(unit), value, occurredAt: new Date(start + hourMs) });
    for (const [index, unit] of units.entries())
      await writeExposures(pool, [exposureOf(experiment, unit, index % 2, at)]);
    await store(
      pool,
      catalogue,
      units.map((unit, index) => buy(unit, index === 7 ? 90_000 : 10)),
    );
    await rollUpExperiment(pool, experiment.number);
    const caps = async () =>
      (await pool.query('SELECT caps FROM experiment_roll_up WHERE experiment = $1', [experiment.number]))
        .rows[0].caps;
    const fixed = await caps();
    expect(fixed).toHaveLength(1);
    const sums = async () =>
      (await readStatistics(pool, experiment.number)).find(
        (row) => row.metric === 0 && row.dimension === 'all' && row.variant === 1,
      );
    expect((await sums())?.y).toBe(99 * 10_000 + 90_000_000);
    expect((await sums())?.w).toBe(99 * 10_000 + Number(fixed[0]));
    expect(Number(fixed[0])).toBeLessThan(90_000_000);
    await store(pool, catalogue, [buy('r9', 50_000)]);
    await rollUpExperiment(pool, experiment.number);
    expect(await caps()).toEqual(fixed);
    expect((await sums())?.w).toBe(98 * 10_000 + Math.min(50_010_000, Number(fixed[0])) + Number(fixed[0]));
  });

  it('count nothing that happened after the stop, though it arrived in time', async () => {
    const { pool, catalogue } = stores;
    const experiment = await started(pool, catalogue, 'stopped', metrics);
    await writeExposures(pool, [exposureOf(experiment, 'z', 0, new Date(start))]);
    const click = (occurredAt: Date) => event({ type: 'CLICK', profileId: profileId('z'), occurredAt });
    await store(pool, catalogue, [click(new Date(start + hourMs))]);
    await stopExperiment(pool, catalogue, 'stopped', 'enough', 'test');
    await store(pool, catalogue, [click(new Date(start + 2 * hourMs)), click(new Date(Date.now() + 60_000))]);
    await rollUpExperiment(pool, experiment.number);
    const [clicks] = (await readStatistics(pool, experiment.number)).filter(
      ({ metric, dimension }) => metric === 0 && dimension === 'all',
    );
    expect(clicks).toMatchObject({ n: 1, y: 2 });
  });
});

describe('exposures', () => {
  it('are committed when record resolves, once for concurrent lists of a unit, the earliest first', async () => {
    const { pool, catalogue } = stores;
    const experiment = await started(pool, catalogue, 'written', metrics);
    const writer = new ExposureWriter(pool);
    const late = new Date(start + hourMs);
    await Promise.all([
      writer.record(exposureOf(experiment, 'w', 0, late)),
      writer.record(exposureOf(experiment, 'w', 0, new Date(start))),
      ...names('w', 20).map((unit) => writer.record(exposureOf(experiment, unit, 1, late))),
    ]);
    const rows = await pool.query(
      'SELECT unit, variant, exposed_at, several_arms FROM experiment_exposure WHERE experiment = $1 AND unit = $2',
      [experiment.number, 'w'],
    );
    expect(rows.rows).toEqual([{ unit: 'w', variant: 0, exposed_at: new Date(start), several_arms: false }]);
    expect(writer.knownVariant(experiment.number, 'w5')).toBe(1);
    writer.forget(['w5']);
    expect(writer.knownVariant(experiment.number, 'w5')).toBeUndefined();
  });
});
