import type { CatalogueId } from '@kindling/domain';
import type { DayCount } from '@kindling/recommender';
import { execute, type Queryable, statement } from './database.js';
import { dayCountsOf } from './event-store.js';

/** A day's total as it is now, and as it was before the events that came since. */
export interface CountThen {
  readonly now: DayCount;
  readonly past: Pick<DayCount, 'events' | 'valueSum'>;
}

/**
 * The totals of days that have changed since a time, out of the events that were received since: taken from what is
 * counted now, they leave what was counted then. Null: more than `most` events came since, which is too many to read
 * for one list. Of people who were erased since, neither total says anything.
 */
export async function readCountsThen(
  db: Queryable,
  catalogue: CatalogueId,
  segmentAttribute: string | null,
  { at, most }: { readonly at: Date; readonly most: number },
): Promise<readonly CountThen[] | null> {
  const [more] = await execute(db, countSql, catalogue, at, most + 1);
  if ((more?.events ?? 0) > most) return null;
  const rows = await execute(db, thenSql, catalogue, segmentAttribute, at);
  return rows.map(({ events, valueSum, laterEvents, laterSum, ...key }) => ({
    now: { ...key, events, valueSum },
    past: { events: events - laterEvents, valueSum: valueSum - laterSum },
  }));
}

const countSql = statement<{ events: number }, [CatalogueId, Date, number]>(
  'popularity-then-count',
  `SELECT count(*)::int AS events FROM (
     SELECT FROM event WHERE catalogue_id = $1 AND received_at > $2 LIMIT $3) AS later`,
);
const thenSql = statement<
  DayCount & { readonly laterEvents: number; readonly laterSum: number },
  [CatalogueId, string | null, Date]
>(
  'popularity-then',
  `SELECT d.item_id AS "itemId", d.segment, d.type, to_char(d.day, 'YYYY-MM-DD') AS day, d.events::float8 AS events,
     d.value_sum::float8 AS "valueSum", later.events::float8 AS "laterEvents", later.value_sum::float8 AS "laterSum"
   FROM (${dayCountsOf('(SELECT * FROM event WHERE catalogue_id = $1::text AND received_at > $3)')}) AS later
   JOIN item_day AS d ON d.catalogue_id = later.catalogue_id AND d.item_id = later.item_id
     AND d.segment = later.segment AND d.type = later.type AND d.day = later.day`,
);
