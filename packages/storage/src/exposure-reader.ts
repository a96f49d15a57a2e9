import { type CatalogueId, type ItemNumber, itemNumber } from '@kindling/domain';
import type { Trials } from '@kindling/recommender';
import { execute, type Pool, statement } from './database.js';
import type { LoggedList } from './recommendation-log.js';

/** How often each item was shown and clicked in the newest 10,000 lists: the work does not grow with the log. */
export async function readShownItems(pool: Pool, catalogue: CatalogueId): Promise<Map<ItemNumber, Trials>> {
  const rows = await execute(pool, shownSql, catalogue);
  return new Map(rows.map(({ number, ...trials }) => [itemNumber(number), trials]));
}

/** Slots of new items that a placement's lists of that UTC day have shown: at most the day's budget. */
export async function countExploredSlots(
  pool: Pool,
  catalogue: CatalogueId,
  { placement, day }: { readonly placement: string; readonly day: string },
): Promise<number> {
  const [row] = await execute(pool, exploredSql, catalogue, placement, day);
  return row?.slots ?? 0;
}

/** A list as it was shown, with what an off-policy estimate needs of each slot. */
export interface JudgedList extends LoggedList {
  readonly id: string;
  readonly slots: readonly JudgedSlot[];
}
export interface JudgedSlot {
  /** From 1. */
  readonly rank: number;
  readonly item: ItemNumber;
  readonly score: number;
  readonly propensity: number;
  readonly isExploration: boolean;
  readonly clicked: boolean;
}

export interface LoggedListQuery {
  readonly placement: string;
  /** The one that its kind is asked with: lists of an earlier kind cannot be made again. */
  readonly operation: string;
  readonly since: Date;
  readonly until: Date;
  /** At most, the newest ones. */
  readonly lists: number;
}

/** A placement's lists, their first pages, newest first; none that two strategies drafted together. */
export async function readJudgedLists(
  pool: Pool,
  catalogue: CatalogueId,
  { placement, operation, since, until, lists }: LoggedListQuery,
): Promise<JudgedList[]> {
  const rows = await execute(pool, listsSql, catalogue, placement, since, until, lists, operation);
  return rows.map(({ items, scores, propensities, explorations, clicked, ...list }) => ({
    ...list,
    slots: items.map((item, index) => ({
      rank: index + 1,
      item: itemNumber(item),
      score: scores[index] ?? 0,
      propensity: propensities[index] ?? 1,
      isExploration: explorations[index] ?? false,
      clicked: clicked[index] ?? false,
    })),
  }));
}

const clickedSql = `EXISTS (SELECT FROM event AS e WHERE e.catalogue_id = $1 AND e.type = 'CLICK'
  AND e.recommendation_id IS NOT NULL AND e.recommendation_id = r.id::text AND e.item_id = i.id)`;

const shownSql = statement<{ number: number; impressions: number; clicks: number }, [CatalogueId]>(
  'exposure-shown',
  `SELECT i.number::float8 AS number, count(*)::float8 AS impressions,
     (count(*) FILTER (WHERE ${clickedSql}))::float8 AS clicks
   FROM (SELECT * FROM recommendation WHERE catalogue_id = $1 ORDER BY created_at DESC LIMIT 10000) AS r
   CROSS JOIN LATERAL unnest(r.item_numbers) AS s (number)
   JOIN item AS i ON i.number = s.number
   GROUP BY i.number`,
);
const exploredSql = statement<{ slots: number }, [CatalogueId, string, string]>(
  'exposure-explored',
  `SELECT count(*)::float8 AS slots FROM recommendation AS r CROSS JOIN LATERAL unnest(r.explorations) AS s (explores)
   WHERE r.catalogue_id = $1 AND r.placement = $2 AND true = ANY (r.explorations) AND s.explores
     AND r.created_at >= $3::date::timestamp AT TIME ZONE 'UTC'
     AND r.created_at < ($3::date + 1)::timestamp AT TIME ZONE 'UTC'`,
);

interface ListRow extends Omit<JudgedList, 'slots'> {
  readonly items: readonly number[];
  readonly scores: readonly number[];
  readonly propensities: readonly number[];
  readonly explorations: readonly boolean[];
  readonly clicked: readonly boolean[];
}
const listsSql = statement<ListRow, [CatalogueId, string, Date, Date, number, string]>(
  'exposure-lists',
  `SELECT r.id::text AS id, r.operation, r.placement, r.profile_id AS "profileId", r.session_id AS "sessionId",
     r.strategy_key AS "strategyKey", r.strategy_version AS "strategyVersion", r.experiment_key AS "experimentKey",
     r.variant_key AS "variantKey", r.model_id AS "modelId",
     r.trained_model_id::text AS "trainedModelId", r.first_rank AS "firstRank", r.request, r.created_at AS "createdAt",
     r.item_numbers::float8[] AS items, r.scores::float8[] AS scores, r.propensities::float8[] AS propensities,
     r.explorations, false AS "isInterleaved",
     ARRAY(SELECT ${clickedSql} FROM unnest(r.item_numbers) WITH ORDINALITY AS s (number, place)
           LEFT JOIN item AS i ON i.number = s.number ORDER BY s.place) AS clicked
   FROM recommendation AS r
   WHERE r.catalogue_id = $1 AND r.placement = $2 AND r.created_at >= $3 AND r.created_at < $4 AND r.first_rank = 1
     AND r.operation = $6 AND cardinality(r.teams) = 0
   ORDER BY r.created_at DESC LIMIT $5`,
);
