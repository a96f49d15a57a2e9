import { type CatalogueId, type ItemId, type ItemNumber, itemId, itemNumber } from '@kindling/domain';
import type { TrialOutcome } from '@kindling/recommender';
import { execute, type Queryable, statement } from './database.js';
import { exposureMilestones } from './item-exposure-sql.js';

/*
 * What becomes of new items. Everything comes from counts that are kept up with the log (item_exposure), so the work
 * grows with the items that arrived, which is bounded, and not with the lists that were shown.
 */

/** Newest items that are looked at: beyond it an import made them, not a programme. */
const mostItems = 50_000;
const mostOfRibbon = 10_000;

export interface Quantiles {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
}

export interface ItemCohort {
  /** UTC day, or Monday of the week, at which it begins. */
  readonly from: Date;
  /** Items that are at this stage or beyond it. */
  readonly ingested: number;
  readonly encoded: number;
  /** Active, published and not expired. */
  readonly eligible: number;
  /** So often as was asked for. */
  readonly shown: number;
  readonly clicked: number;
  readonly graduated: number;
  readonly neverShown: number;
  /** In their first 28 days. */
  readonly impressions: number;
  /** Impressions that eligible items were promised, and what of these they got: no item more than its own. */
  readonly promised: number;
  readonly given: number;
  /** Of impressions over eligible items: 0 all alike, 1 one has all. Null: nothing was shown. */
  readonly gini: number | null;
  /** Hours from arrival until an item was shown so often, of those that were. */
  readonly milestones: readonly {
    readonly impressions: number;
    readonly items: number;
    readonly hours: Quantiles;
  }[];
}

export interface CohortQuery {
  readonly by: 'day' | 'week';
  readonly since: Date;
  readonly minimumImpressions: number;
}

/** Newest cohort first. `isCut`: there are more new items than are looked at, and the oldest of them are left out. */
export async function readItemCohorts(
  db: Queryable,
  catalogue: CatalogueId,
  { by, since, minimumImpressions }: CohortQuery,
): Promise<{ readonly cohorts: readonly ItemCohort[]; readonly isCut: boolean }> {
  const rows = await execute(db, cohortSql, catalogue, since, mostItems, by, minimumImpressions);
  return {
    cohorts: rows.map(({ reached, hours, ...cohort }) => ({
      ...cohort,
      milestones: exposureMilestones.flatMap((impressions, place) => {
        const [items = 0, quantiles] = [reached[place], hours[place]];
        return items === 0 || !quantiles ? [] : [{ impressions, items, hours: quantilesOf(quantiles) }];
      }),
    })),
    isCut: rows.reduce((sum, { ingested }) => sum + ingested, 0) >= mostItems,
  };
}

export interface ExposureAtAge {
  /** Whole days since arrival, 0 to 14. */
  readonly age: number;
  /** Items that have lived through that whole day. */
  readonly items: number;
  /** Of an item on that day. */
  readonly impressions: Quantiles;
  /** Of an item up to the end of that day. */
  readonly total: Quantiles;
}

/** How much items are shown by their age, of the newest 10,000 that arrived since then. */
export async function readExposureByAge(
  db: Queryable,
  catalogue: CatalogueId,
  since: Date,
): Promise<readonly ExposureAtAge[]> {
  const rows = await execute(db, ribbonSql, catalogue, since, mostOfRibbon);
  return rows.map(({ age, items, impressions, total }) => ({
    age,
    items,
    impressions: quantilesOf(impressions),
    total: quantilesOf(total),
  }));
}

/** A new item that nobody was shown, with what may be the reason. */
export interface UnshownItem {
  readonly number: ItemNumber;
  readonly itemId: ItemId;
  readonly title: string;
  readonly createdAt: Date;
  /** Of its page: to the microsecond, which a Date does not hold. */
  readonly position: string;
  readonly status: string;
  readonly publishedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly isEncoded: boolean;
  /** What the encoder said the last time, if it failed. */
  readonly encodingError: string | null;
  readonly isOnTrial: boolean;
  readonly outcome: TrialOutcome | null;
}

/** Newest first. `after`: the last one of the page before. */
export async function listUnshownItems(
  db: Queryable,
  catalogue: CatalogueId,
  page: {
    readonly since: Date;
    readonly first: number;
    readonly after: Pick<UnshownItem, 'position' | 'number'> | null;
  },
): Promise<readonly UnshownItem[]> {
  const { since, first, after } = page;
  const position = after?.position ?? null;
  const rows = await execute(db, unshownSql, catalogue, since, first, position, after?.number ?? null);
  return rows.map(({ number, id, ...item }) => ({ ...item, number: itemNumber(number), itemId: itemId(id) }));
}

const quantilesOf = ([p10 = 0, p50 = 0, p90 = 0]: readonly number[]): Quantiles => ({ p10, p50, p90 });

interface CohortRow extends Omit<ItemCohort, 'milestones'> {
  readonly reached: readonly number[];
  readonly hours: readonly (readonly number[] | null)[];
}
const places = exposureMilestones.map((_, index) => index + 1);
const quantilesSql = (value: string) =>
  `percentile_cont(ARRAY[0.1, 0.5, 0.9]) WITHIN GROUP (ORDER BY ${value})`;

/*
 * A stage counts whoever came as far or further, so that it never counts more than the stage before: an item may be
 * clicked that was hidden since. Gini by the sorted form: 2 sum(i x_i) / (n sum x) - (n + 1) / n.
 */
const cohortSql = statement<CohortRow, [CatalogueId, Date, number, string, number]>(
  'new-item-cohorts',
  `WITH fresh AS (
     SELECT * FROM item WHERE catalogue_id = $1 AND created_at >= $2 AND deleted_at IS NULL
     ORDER BY created_at DESC LIMIT $3),
   staged AS (
     SELECT date_trunc($4, f.created_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS cohort, f.created_at,
       coalesce(x.impressions, 0) AS impressions, x.reached_at,
       CASE WHEN t.outcome = 'GRADUATED' THEN 5
         WHEN EXISTS (SELECT FROM item_day AS d WHERE d.catalogue_id = $1 AND d.item_id = f.id AND d.type = 'CLICK' AND d.events > 0) THEN 4
         WHEN x.impressions >= greatest(1, $5::int) THEN 3
         WHEN f.embedded_hash IS NULL THEN 0
         WHEN f.status = 'ACTIVE' AND coalesce(f.published_at <= now(), true) AND coalesce(f.expires_at > now(), true) THEN 2
         ELSE 1 END AS stage
     FROM fresh AS f LEFT JOIN item_exposure AS x ON x.item_number = f.number
     LEFT JOIN item_trial AS t ON t.item_number = f.number),
   placed AS (
     SELECT *, row_number() OVER (PARTITION BY cohort, stage >= 2 ORDER BY impressions) AS place FROM staged)
   SELECT cohort AS from, count(*)::float8 AS ingested,
     (count(*) FILTER (WHERE stage >= 1))::float8 AS encoded, (count(*) FILTER (WHERE stage >= 2))::float8 AS eligible,
     (count(*) FILTER (WHERE stage >= 3))::float8 AS shown, (count(*) FILTER (WHERE stage >= 4))::float8 AS clicked,
     (count(*) FILTER (WHERE stage >= 5))::float8 AS graduated,
     (count(*) FILTER (WHERE impressions = 0))::float8 AS "neverShown",
     sum(impressions)::float8 AS impressions,
     (count(*) FILTER (WHERE stage >= 2) * $5::int)::float8 AS promised,
     coalesce(sum(least(impressions, $5::int)) FILTER (WHERE stage >= 2), 0)::float8 AS given,
     (2 * sum(place * impressions) FILTER (WHERE stage >= 2)::float8
       / nullif(count(*) FILTER (WHERE stage >= 2) * sum(impressions) FILTER (WHERE stage >= 2), 0)
       - (count(*) FILTER (WHERE stage >= 2) + 1)::float8 / nullif(count(*) FILTER (WHERE stage >= 2), 0)) AS gini,
     ARRAY[${places.map((place) => `count(reached_at[${place}])::int`).join(', ')}] AS reached,
     jsonb_build_array(${places
       .map(
         (place) =>
           `to_jsonb(${quantilesSql(`extract(epoch FROM reached_at[${place}] - created_at)::float8 / 3600`)})`,
       )
       .join(', ')}) AS hours
   FROM placed GROUP BY cohort ORDER BY cohort DESC`,
);

interface RibbonRow {
  readonly age: number;
  readonly items: number;
  readonly impressions: readonly number[];
  readonly total: readonly number[];
}
const ribbonSql = statement<RibbonRow, [CatalogueId, Date, number]>(
  'new-item-ribbon',
  `WITH fresh AS (
     SELECT number, created_at FROM item WHERE catalogue_id = $1 AND created_at >= $2 AND deleted_at IS NULL
     ORDER BY created_at DESC LIMIT $3),
   lived AS (
     SELECT a.age, coalesce(x.daily[a.age + 1], 0) AS impressions,
       coalesce((SELECT sum(of) FROM unnest(x.daily[1:a.age + 1]) AS of), 0) AS total
     FROM fresh AS f CROSS JOIN generate_series(0, 14) AS a (age)
     LEFT JOIN item_exposure AS x ON x.item_number = f.number
     WHERE f.created_at + (a.age + 1) * interval '1 day' <= now())
   SELECT age, count(*)::float8 AS items, ${quantilesSql('impressions::float8')} AS impressions,
     ${quantilesSql('total::float8')} AS total
   FROM lived GROUP BY age ORDER BY age`,
);

const unshownSql = statement<
  Omit<UnshownItem, 'number' | 'itemId'> & { readonly number: number; readonly id: string },
  [CatalogueId, Date, number, string | null, number | null]
>(
  'new-item-unshown',
  `SELECT i.number::float8 AS number, i.id, i.title, i.created_at AS "createdAt", i.created_at::text AS position, i.status,
     i.published_at AS "publishedAt", i.expires_at AS "expiresAt", i.embedded_hash IS NOT NULL AS "isEncoded",
     i.embed_error AS "encodingError", t.item_number IS NOT NULL AND t.outcome IS NULL AS "isOnTrial", t.outcome
   FROM item AS i LEFT JOIN item_trial AS t ON t.item_number = i.number
   WHERE i.catalogue_id = $1 AND i.created_at >= $2 AND i.deleted_at IS NULL
     AND ($4::text IS NULL OR (i.created_at, i.number) < ($4::timestamptz, $5::bigint))
     AND NOT EXISTS (SELECT FROM item_exposure AS x WHERE x.item_number = i.number)
   ORDER BY i.created_at DESC, i.number DESC LIMIT $3`,
);
