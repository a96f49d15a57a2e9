import { type CatalogueId, type ItemNumber, itemNumber } from '@kindling/domain';
import type { Trials } from '@kindling/recommender';
import { execute, type Pool, statement } from './database.js';

/**
 * How often each item was shown and clicked, from the exposure log: all lists since `since` that explored (as many as
 * the budget allows), and of the others the newest 10,000, so that the work does not grow with the log. A click counts
 * when its event names the list; twice in one list is once.
 */
export async function readItemTrials(
  pool: Pool,
  catalogue: CatalogueId,
  since: Date,
): Promise<Map<ItemNumber, Trials>> {
  const rows = await execute(pool, trialsSql, catalogue, since);
  return new Map(rows.map(({ number, ...trials }) => [itemNumber(number), trials]));
}

/** A slot as it was shown, with what an off-policy estimate needs. */
export interface LoggedSlot {
  readonly list: string;
  readonly placement: string;
  readonly createdAt: Date;
  readonly rank: number;
  readonly item: ItemNumber;
  readonly score: number;
  readonly propensity: number;
  readonly isExploration: boolean;
  readonly clicked: boolean;
}

export interface LoggedSlotQuery {
  readonly placement: string;
  readonly since: Date;
  readonly until: Date;
  /** Lists at most, the newest ones. */
  readonly lists: number;
}

/** The slots of a placement's lists, newest list first, by rank. */
export async function readLoggedSlots(
  pool: Pool,
  catalogue: CatalogueId,
  { placement, since, until, lists }: LoggedSlotQuery,
): Promise<LoggedSlot[]> {
  const rows = await execute(pool, slotsSql, catalogue, placement, since, until, lists);
  return rows.map(({ item, ...row }) => ({ ...row, item: itemNumber(item) }));
}

const clickedSql = `EXISTS (SELECT FROM event AS e WHERE e.catalogue_id = $1 AND e.type = 'CLICK'
  AND e.recommendation_id IS NOT NULL AND e.recommendation_id = r.id::text AND e.item_id = i.id)`;

const trialsSql = statement<{ number: number; impressions: number; clicks: number }, [CatalogueId, Date]>(
  'exposure-trials',
  `WITH list AS (
     (SELECT id FROM recommendation WHERE catalogue_id = $1 ORDER BY created_at DESC LIMIT 10000)
     UNION
     SELECT id FROM recommendation WHERE catalogue_id = $1 AND created_at >= $2 AND true = ANY (explorations))
   SELECT i.number::float8 AS number, count(*)::float8 AS impressions,
     (count(*) FILTER (WHERE ${clickedSql}))::float8 AS clicks
   FROM list JOIN recommendation AS r ON r.id = list.id
   CROSS JOIN LATERAL unnest(r.item_numbers) AS s (number)
   JOIN item AS i ON i.number = s.number
   GROUP BY i.number`,
);

type SlotRow = Omit<LoggedSlot, 'item'> & { readonly item: number };
const slotsSql = statement<SlotRow, [CatalogueId, string, Date, Date, number]>(
  'exposure-slots',
  `SELECT r.id::text AS list, r.placement, r.created_at AS "createdAt",
     (r.first_rank + s.place - 1)::int AS rank, i.number::float8 AS item, s.score::float8 AS score,
     s.propensity::float8 AS propensity, s.exploration AS "isExploration", ${clickedSql} AS clicked
   FROM (SELECT * FROM recommendation WHERE catalogue_id = $1 AND placement = $2 AND created_at >= $3
         AND created_at < $4 ORDER BY created_at DESC LIMIT $5) AS r
   CROSS JOIN LATERAL unnest(r.item_numbers, r.scores, r.propensities, r.explorations)
     WITH ORDINALITY AS s (number, score, propensity, exploration, place)
   JOIN item AS i ON i.number = s.number
   ORDER BY r.created_at DESC, r.id, s.place`,
);
