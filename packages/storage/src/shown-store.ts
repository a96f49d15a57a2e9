import { type CatalogueId, type ItemNumber, itemNumber } from '@kindling/domain';
import type { ShownHistory } from '@kindling/recommender';
import { execute, type Queryable, statement } from './database.js';

/** A person's lists that are looked at: beyond it an item has been shown often enough for any rule. */
const newestLists = 300;

/**
 * What one person was shown since then (and before `before`, of a time in the past), from the exposure log; a session
 * counts where no profile is known.
 */
export async function readShown(
  db: Queryable,
  catalogue: CatalogueId,
  viewer: { readonly profileId: string | null; readonly sessionId: string | null },
  since: Date,
  before: Date | null = null,
): Promise<ShownHistory> {
  const { profileId, sessionId } = viewer;
  const rows =
    profileId !== null
      ? await execute(db, byProfileSql, catalogue, profileId, since, before)
      : sessionId !== null
        ? await execute(db, bySessionSql, catalogue, sessionId, since, before)
        : [];
  const shown = new Map<ItemNumber, { times: number; lastAtMs: number }>();
  for (const { number, times, last } of rows) {
    shown.set(itemNumber(number), { times, lastAtMs: last.getTime() });
  }
  return (item) => shown.get(item);
}

const shownSql = (viewer: string) =>
  `SELECT s.number::float8 AS number, count(*)::int AS times, max(r.created_at) AS last
   FROM (SELECT item_numbers, created_at FROM recommendation
         WHERE catalogue_id = $1 AND ${viewer} AND created_at >= $3
           AND created_at < coalesce($4::timestamptz, 'infinity')
         ORDER BY created_at DESC LIMIT ${newestLists}) AS r
   CROSS JOIN LATERAL unnest(r.item_numbers) AS s (number) GROUP BY s.number`;
interface ShownRow {
  readonly number: number;
  readonly times: number;
  readonly last: Date;
}
const byProfileSql = statement<ShownRow, [CatalogueId, string, Date, Date | null]>(
  'shown-to-profile',
  shownSql('profile_id = $2'),
);
const bySessionSql = statement<ShownRow, [CatalogueId, string, Date, Date | null]>(
  'shown-in-session',
  shownSql('profile_id IS NULL AND session_id = $2'),
);
