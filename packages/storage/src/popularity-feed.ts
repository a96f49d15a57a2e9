import type { CatalogueId, EventType, ItemId } from '@kindling/domain';
import type { DayCount } from '@kindling/recommender';
import { execute, type Pool, statement } from './database.js';

export interface DayCountBatch {
  readonly rows: readonly DayCount[];
  /** Where to go on from. */
  readonly horizon: Date;
}

/**
 * Day counts that changed at or after `since` (null: all of them). Following it misses none: the horizon is taken
 * BEFORE the rows are read, as the start of the oldest transaction that was under way; whatever it or a later one
 * writes carries a later time and comes with the next call. Rows may come again; they are totals, so that does no
 * harm.
 */
export async function readDayCounts(
  pool: Pool,
  catalogue: CatalogueId,
  since: Date | null,
): Promise<DayCountBatch> {
  const [taken] = await execute(pool, horizonSql);
  const rows = await execute(pool, changedSql, catalogue, since ?? new Date(0));
  return {
    rows: rows.map((row) => ({
      itemId: row.item_id,
      segment: row.segment,
      type: row.type,
      day: row.day,
      events: row.events,
      valueSum: row.value_sum,
    })),
    horizon: taken?.horizon ?? new Date(0),
  };
}

interface DayCountRow {
  readonly item_id: ItemId;
  readonly segment: string;
  readonly type: EventType;
  readonly day: string;
  readonly events: number;
  readonly value_sum: number;
}
// A Date holds milliseconds, Postgres microseconds: cut down, never rounded up past a change.
const horizonSql = statement<{ horizon: Date }>(
  'day-count-horizon',
  `SELECT date_trunc('milliseconds', least(clock_timestamp(), (SELECT min(xact_start) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()))) AS horizon`,
);
const changedSql = statement<DayCountRow, [CatalogueId, Date]>(
  'day-count-changed',
  `SELECT item_id, segment, type, to_char(day, 'YYYY-MM-DD') AS day, events::float8 AS events, value_sum::float8 AS value_sum
   FROM item_day WHERE catalogue_id = $1 AND changed_at >= $2`,
);
