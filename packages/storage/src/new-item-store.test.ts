import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type ItemNumber, recommendationId } from '@kindling/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findItemNumbers, upsertItems } from './item-store.js';
import { listUnshownItems, readExposureByAge, readItemCohorts } from './new-item-store.js';
import { type Exposure, RecommendationLog } from './recommendation-log.js';
import { addCatalogue, itemWrite, openStores, type StoreFixture } from './store.fixture.js';
import { beginTrials, endTrials } from './trial-store.js';

const hourMs = 3_600_000;
/** A Wednesday, at noon, some weeks ago: whatever day it is, these items have lived through their first fortnight. */
const weekDay = new Date(Date.now() - 40 * 24 * hourMs);
weekDay.setUTCDate(weekDay.getUTCDate() - ((weekDay.getUTCDay() + 4) % 7));
weekDay.setUTCHours(12, 0, 0, 0);
const arrival = weekDay.getTime();
const since = new Date(arrival - 24 * hourMs);

let stores: StoreFixture;
let items: ItemNumber[];
beforeAll(async () => {
  stores = await openStores();
  items = await arrive(['a', 'b', 'c', 'd', 'e'], ['d']);
});
afterAll(() => stores.close());

async function arrive(ids: readonly string[], notEncoded: readonly string[] = []) {
  const { pool, catalogue } = stores;
  await upsertItems(
    pool,
    catalogue,
    ids.map((id) => itemWrite(id, id === 'e' ? { status: 'HIDDEN' } : {})),
  );
  await pool.query(
    `UPDATE item SET created_at = $2, embedded_hash = CASE WHEN id = ANY ($3) THEN NULL ELSE content_hash END
     WHERE catalogue_id = $1`,
    [catalogue, weekDay, notEncoded],
  );
  const numbers = await findItemNumbers(pool, catalogue, itemWriteIds(ids));
  return ids.flatMap((id) => numbers.get(itemWrite(id).item.id) ?? []);
}
const itemWriteIds = (ids: readonly string[]) => ids.map((id) => itemWrite(id).item.id);

/** Lists that show these items, so many hours after they arrived. */
async function show(
  shown: readonly (ItemNumber | undefined)[],
  lists: number,
  hours: number,
): Promise<Exposure[]> {
  const log = new RecommendationLog(stores.pool);
  const exposures = Array.from(
    { length: lists },
    (): Exposure => ({
      id: recommendationId(randomUUID()),
      catalogue: stores.catalogue,
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
      slots: shown.flatMap((item) => (item ? [{ item, score: 1, propensity: 1, isExploration: false }] : [])),
      createdAt: new Date(arrival + hours * hourMs),
    }),
  );
  for (const exposure of exposures) log.add(exposure);
  await log.flush();
  return exposures;
}

describe('new items', () => {
  it('are counted from arrival to graduation, by cohort, and against what they were promised', async () => {
    const [a, b, c] = items;
    await show([a, b], 4, 1);
    await show([a], 6, 30);
    const again = await show([b], 1, 50);
    // A list that is written twice, because the answer of the database was lost, counts once.
    const log = new RecommendationLog(stores.pool);
    for (const exposure of again) log.add(exposure);
    await log.flush();
    // Of an item that is not new any more nothing is counted.
    await show([c], 3, 29 * 24);

    await stores.pool.query(
      `INSERT INTO item_day (catalogue_id, item_id, type, day, events) VALUES ($1, 'a', 'CLICK', current_date, 2)`,
      [stores.catalogue],
    );
    const query = { since, minimumImpressions: 6 };
    const { cohorts, isCut } = await readItemCohorts(stores.pool, stores.catalogue, { by: 'week', ...query });
    expect(isCut).toBe(false);
    const [week] = cohorts;
    expect(week).toMatchObject({
      ingested: 5,
      // d is not encoded; e is, and hidden
      encoded: 4,
      eligible: 3,
      shown: 1,
      clicked: 1,
      graduated: 0,
      neverShown: 3,
      impressions: 15,
      promised: 18,
      given: 11,
    });
    expect(week?.from.getUTCDay()).toBe(1);
    // 0, 5 and 10 impressions
    expect(week?.gini).toBeCloseTo((2 * (2 * 5 + 3 * 10)) / (3 * 15) - 4 / 3, 12);
    const at = (impressions: number) => week?.milestones.find((one) => one.impressions === impressions);
    expect(at(1)).toEqual({ impressions: 1, items: 2, hours: { p10: 1, p50: 1, p90: 1 } });
    expect(at(5)?.items).toBe(2);
    expect(at(5)?.hours.p50).toBeCloseTo(40, 9);
    expect(at(10)).toMatchObject({ items: 1, hours: { p50: 30 } });
    expect(at(20)).toBeUndefined();

    await beginTrials(stores.pool, stores.catalogue, [{ item: b as ItemNumber, dayZeroRate: 0.1 }]);
    await endTrials(stores.pool, stores.catalogue, [
      { item: b as ItemNumber, outcome: 'GRADUATED', cause: 'CERTAIN', clicks: 1 },
    ]);
    const later = await readItemCohorts(stores.pool, stores.catalogue, { by: 'day', ...query });
    expect(later.cohorts[0]).toMatchObject({ shown: 2, clicked: 2, graduated: 1 });
    expect(later.cohorts[0]?.from.toISOString().slice(0, 10)).toBe(weekDay.toISOString().slice(0, 10));
  });

  it('have their exposure told by age, those that were never shown with nothing', async () => {
    const ages = await readExposureByAge(stores.pool, stores.catalogue, since);
    expect(ages.map(({ age }) => age)).toEqual(Array.from({ length: 15 }, (_, age) => age));
    expect(ages[0]).toMatchObject({ items: 5, impressions: { p50: 0, p90: 4 } });
    // on the second day a has 6; on the third b has 1
    expect(ages[1]?.impressions.p90).toBeCloseTo(3.6, 9);
    expect(ages[14]?.total.p90).toBeCloseTo(8, 9);
  });

  it('that nobody was shown are listed, page by page', async () => {
    const page = (after: Parameters<typeof listUnshownItems>[2]['after']) =>
      listUnshownItems(stores.pool, stores.catalogue, { since, first: 2, after });
    const first = await page(null);
    const second = await page(first.at(-1) ?? null);
    expect([...first, ...second].map(({ itemId }) => itemId)).toEqual(['e', 'd', 'c']);
    expect(first.map(({ isEncoded, status }) => [isEncoded, status])).toEqual([
      [true, 'HIDDEN'],
      [false, 'ACTIVE'],
    ]);
  });

  it('of a log that was there before the counts have the same counts', async () => {
    const read = async () =>
      (
        await stores.pool.query(
          'SELECT item_number, impressions, reached_at, daily, last_at FROM item_exposure ORDER BY 1',
        )
      ).rows;
    const counted = await read();
    await stores.pool.query('DELETE FROM item_exposure');
    const file = '../../../prisma/migrations/20261124190001_new_item_exposure/migration.sql';
    const sql = readFileSync(new URL(file, import.meta.url), 'utf8');
    await stores.pool.query(sql.slice(sql.indexOf('INSERT INTO')));
    expect(await read()).toEqual(counted);
  });

  it('of another catalogue are not among them', async () => {
    const other = await addCatalogue(stores.pool, 'elsewhere');
    const query = { by: 'day' as const, since, minimumImpressions: 1 };
    expect((await readItemCohorts(stores.pool, other, query)).cohorts).toEqual([]);
    expect(await readExposureByAge(stores.pool, other, since)).toEqual([]);
  });

  it('are counted whole by processes that write at the same time', async () => {
    const before = await total();
    const [a, b, c, d, e] = await arrive(['p', 'q', 'r', 's', 't']);
    await Promise.all([
      ...Array.from({ length: 8 }, () => show([a, b, c, d, e], 20, 2)),
      ...Array.from({ length: 8 }, () => show([e, d, c, b, a], 20, 3)),
    ]);
    expect(await total()).toBe(before + 16 * 20 * 5);
  });
});

async function total(): Promise<number> {
  const { rows } = await stores.pool.query('SELECT sum(impressions)::int AS sum FROM item_exposure');
  return rows[0]?.sum ?? 0;
}
