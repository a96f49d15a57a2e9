import type { CatalogueId, Coldness } from '@kindling/domain';
import { execute, type Queryable, statement } from './database.js';

/** Lists of one placement that one rung answered for visitors of one coldness. */
export interface ServedGroup {
  readonly placement: string;
  readonly level: string;
  readonly coldness: Coldness;
  readonly lists: number;
  /** Of these, clicked at least once. */
  readonly clicked: number;
  /** Of these, shown to simulated visitors. */
  readonly simulated: number;
}

export interface ServedQuery {
  readonly since: Date;
  /** The newest so many lists are looked at, so that a busy catalogue costs no more than a quiet one. */
  readonly lists: number;
}

/** What answered lately, and whether people clicked: of first pages, as the log of lists has them. */
export const readServedGroups = (db: Queryable, catalogue: CatalogueId, { since, lists }: ServedQuery) =>
  execute(db, servedSql, catalogue, since, lists);

const servedSql = statement<ServedGroup, [CatalogueId, Date, number]>(
  'served-groups',
  `SELECT r.placement, r.served_level AS level, r.coldness, count(*)::int AS lists,
     (count(*) FILTER (WHERE EXISTS (SELECT FROM event AS e
        WHERE e.catalogue_id = $1 AND e.recommendation_id = r.id::text AND e.type = 'CLICK')))::int AS clicked,
     (count(*) FILTER (WHERE r.simulated))::int AS simulated
   FROM (SELECT id, placement, served_level, coldness, simulated FROM recommendation
     WHERE catalogue_id = $1 AND created_at >= $2 AND first_rank = 1
     ORDER BY created_at DESC LIMIT $3) AS r
   GROUP BY r.placement, r.served_level, r.coldness
   ORDER BY r.placement, lists DESC, level, coldness`,
);
