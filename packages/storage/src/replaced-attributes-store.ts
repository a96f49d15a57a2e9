import type { CatalogueId, ProfileId } from '@kindling/domain';
import { execute, type Pool, type Queryable, statement } from './database.js';

/** So far back a list can be made again with the attributes of then. */
export const replacedAttributesKeptDays = 30;
/** Of one profile. A caller may send other ones with every visit. */
export const mostReplacedAttributes = 20;

/** Whether the attributes that a profile had at a time can be told: `evidenceSource` then reads them. */
export async function knowsAttributesThen(
  db: Queryable,
  catalogue: CatalogueId,
  profile: ProfileId,
  at: Date,
): Promise<boolean> {
  const [row] = await execute(db, knownSql, catalogue, profile, at, replacedAttributesKeptDays);
  return row?.isKnown ?? false;
}

/** How many were dropped. */
export async function expireReplacedAttributes(pool: Pool): Promise<number> {
  return (await pool.query(expireSql, [replacedAttributesKeptDays])).rowCount ?? 0;
}

/** CTEs that keep what the profiles of `changed (id, attributes)`, a CTE before them, had until now. */
export const keepAttributes = `
   kept AS (
     INSERT INTO replaced_attributes (catalogue_id, profile_id, attributes)
     SELECT $1, changed.id, changed.attributes FROM changed ON CONFLICT DO NOTHING),
   dropped AS (
     DELETE FROM replaced_attributes AS r USING changed
     WHERE r.catalogue_id = $1 AND r.profile_id = changed.id AND r.replaced_at <= (
       SELECT newer.replaced_at FROM replaced_attributes AS newer
       WHERE newer.catalogue_id = $1 AND newer.profile_id = changed.id
       ORDER BY newer.replaced_at DESC OFFSET ${mostReplacedAttributes - 1} LIMIT 1))`;

// Before the table was there nothing was kept. Where some were dropped, those that are left tell of no time before them.
const knownSql = statement<{ isKnown: boolean }, [CatalogueId, ProfileId, Date, number]>(
  'attributes-then-known',
  `WITH me AS (
     SELECT coalesce((SELECT merged_into FROM profile WHERE catalogue_id = $1 AND id = $2::text), $2::text) AS id),
   mine AS (SELECT r.replaced_at FROM replaced_attributes AS r, me WHERE r.catalogue_id = $1 AND r.profile_id = me.id)
   SELECT $3::timestamptz >= greatest(now() - $4 * interval '1 day', (
       SELECT finished_at FROM _prisma_migrations WHERE migration_name = '20261130234500_replaced_attributes'))
     AND ((SELECT count(*) FROM mine) < ${mostReplacedAttributes} OR (SELECT min(replaced_at) FROM mine) <= $3)
     AS "isKnown"`,
);
const expireSql = `DELETE FROM replaced_attributes WHERE replaced_at < now() - $1 * interval '1 day'`;
