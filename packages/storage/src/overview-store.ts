import type { CatalogueId } from '@kindling/domain';
import { execute, type Queryable, statement } from './database.js';

/** How much there is of what, in one catalogue. */
export interface CatalogueCounts {
  readonly items: number;
  readonly activeItems: number;
  readonly encodedItems: number;
  readonly events: number;
  readonly simulatedEvents: number;
  readonly eventsLast24h: number;
  readonly profiles: number;
  readonly simulatedProfiles: number;
  readonly keys: number;
}

export async function readCatalogueCounts(db: Queryable, catalogue: CatalogueId): Promise<CatalogueCounts> {
  const [row] = await execute(db, countsSql, catalogue);
  if (!row) throw new Error('a select without FROM returns one row');
  return row;
}

const countsSql = statement<CatalogueCounts, [CatalogueId]>(
  'catalogue-counts',
  `SELECT i.*, e.*, p.*,
     (SELECT count(*)::float8 FROM api_key WHERE catalogue_id = $1 AND revoked_at IS NULL
        AND (expires_at IS NULL OR expires_at > now())) AS keys
   FROM (SELECT count(*)::float8 AS items, (count(*) FILTER (WHERE status = 'ACTIVE'))::float8 AS "activeItems",
       (count(*) FILTER (WHERE embedded_hash = content_hash))::float8 AS "encodedItems"
     FROM item WHERE catalogue_id = $1 AND deleted_at IS NULL) AS i,
    (SELECT count(*)::float8 AS events, (count(*) FILTER (WHERE simulated))::float8 AS "simulatedEvents",
       (count(*) FILTER (WHERE received_at > now() - interval '24 hours'))::float8 AS "eventsLast24h"
     FROM event WHERE catalogue_id = $1) AS e,
    (SELECT count(*)::float8 AS profiles, (count(*) FILTER (WHERE simulated))::float8 AS "simulatedProfiles"
     FROM profile WHERE catalogue_id = $1 AND merged_into IS NULL) AS p`,
);
