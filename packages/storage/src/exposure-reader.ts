import { type CatalogueId, type ItemNumber, itemNumber } from '@kindling/domain';
import type { Trials } from '@kindling/recommender';
import { execute, type Pool, statement } from './database.js';

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
