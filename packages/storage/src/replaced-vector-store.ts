import { type CatalogueId, type ItemNumber, itemNumber, type ModelId } from '@kindling/domain';
import { execute, type Pool, type Queryable, statement } from './database.js';
import { mostReplaced, vectorOf } from './vector-store.js';

/** Vectors that were others at a time; null: the item had none of this model yet. */
export type VectorsThen = ReadonlyMap<ItemNumber, Float32Array | null>;

/**
 * What has to be put in place of a model's vectors of now to have those of then. Null where it cannot be told: more than
 * `most` have changed since, or what was replaced is not kept any more.
 */
export async function readVectorsThen(
  db: Queryable,
  catalogue: CatalogueId,
  { model, at, most }: { readonly model: ModelId; readonly at: Date; readonly most: number },
): Promise<VectorsThen | null> {
  const [first] = await execute(db, firstSql, catalogue, model);
  // Another encoder's vectors served then, and these are not comparable with any of it.
  if (!first?.at || first.at > at) return null;
  const rows = await execute(db, thenSql, catalogue, model, at, most + 1, replacedVectorsKeptDays);
  if (rows.length > most || rows.some(({ isLost }) => isLost)) return null;
  return new Map(rows.map(({ number, vector }) => [itemNumber(number), vector && vectorOf(vector)]));
}

/** So far back a list can be made again with the vectors of then. */
export const replacedVectorsKeptDays = 30;

/** How many were dropped. */
export async function expireReplacedVectors(pool: Pool): Promise<number> {
  return (await pool.query(expireSql, [replacedVectorsKeptDays])).rowCount ?? 0;
}

interface ThenRow {
  readonly number: number;
  readonly vector: Buffer | null;
  /** The item was there already, and what it may have had then is not kept. */
  readonly isLost: boolean;
}
const firstSql = statement<{ at: Date | null }, [CatalogueId, ModelId]>(
  'vectors-first',
  `SELECT least((SELECT min(created_at) FROM item_vector WHERE catalogue_id = $1 AND model_id = $2),
     (SELECT min(made_at) FROM replaced_vector WHERE catalogue_id = $1 AND model_id = $2)) AS at`,
);
// Before the table was there nothing was kept. The first that was replaced after then is the one of then, if it was made by then.
const thenSql = statement<ThenRow, [CatalogueId, ModelId, Date, number, number]>(
  'vectors-then',
  `WITH younger AS (
     (SELECT item_number FROM item_vector
      WHERE catalogue_id = $1 AND model_id = $2 AND created_at > $3 LIMIT $4)
     UNION
     -- gone with their items
     (SELECT r.item_number FROM replaced_vector AS r
      WHERE r.catalogue_id = $1 AND r.model_id = $2 AND r.replaced_at > $3 AND NOT EXISTS (
        SELECT FROM item_vector AS v WHERE v.item_number = r.item_number AND v.model_id = $2) LIMIT $4))
   SELECT younger.item_number::float8 AS number,
     CASE WHEN kept.made_at <= $3 THEN kept.vector END AS vector,
     (kept.item_number IS NULL OR kept.made_at > $3) AND item.created_at <= $3 AND ($3 < now() - $5 * interval '1 day'
       OR $3 < (SELECT finished_at FROM _prisma_migrations WHERE migration_name = '20261130204500_replaced_vectors')
       OR (SELECT count(*) FROM replaced_vector AS r
         WHERE r.item_number = younger.item_number AND r.model_id = $2) >= ${mostReplaced}) AS "isLost"
   FROM younger JOIN item ON item.number = younger.item_number
   LEFT JOIN LATERAL (
     SELECT r.item_number, r.made_at, r.vector FROM replaced_vector AS r
     WHERE r.item_number = younger.item_number AND r.model_id = $2 AND r.replaced_at > $3
     ORDER BY r.replaced_at LIMIT 1) AS kept ON true`,
);
const expireSql = `DELETE FROM replaced_vector WHERE replaced_at < now() - $1 * interval '1 day'`;
