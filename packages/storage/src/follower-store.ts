import { type CatalogueId, catalogueId, type ModelId } from '@kindling/domain';
import type { Pool } from './database.js';

/** How far followers outside of the database (Qdrant) have come with the change feed, by catalogue and model. */
export async function readWatermark(
  pool: Pool,
  follower: string,
  catalogue: CatalogueId,
  model: ModelId,
): Promise<number> {
  const result = await pool.query<{ change: number }>({
    name: 'watermark-read',
    text: `SELECT change::float8 AS change FROM follower_watermark
           WHERE follower = $1 AND catalogue_id = $2 AND model_id = $3`,
    values: [follower, catalogue, model],
  });
  return result.rows[0]?.change ?? 0;
}

export async function writeWatermark(
  pool: Pool,
  follower: string,
  catalogue: CatalogueId,
  model: ModelId,
  change: number,
): Promise<void> {
  await pool.query({
    name: 'watermark-write',
    text: `INSERT INTO follower_watermark (follower, catalogue_id, model_id, change) VALUES ($1, $2, $3, $4)
           ON CONFLICT (follower, catalogue_id, model_id)
           DO UPDATE SET change = excluded.change, updated_at = now()`,
    values: [follower, catalogue, model, change],
  });
}

/** Catalogues that have changed since the follower's watermark: two index probes for each model of each. */
export async function findCataloguesToFollow(pool: Pool, follower: string): Promise<readonly CatalogueId[]> {
  const result = await pool.query<{ id: string }>({
    name: 'catalogues-to-follow',
    text: `SELECT DISTINCT catalogue.id FROM catalogue
           JOIN encoder_model AS model ON model.id IN (catalogue.active_model_id, catalogue.next_model_id)
           LEFT JOIN follower_watermark AS mark
             ON mark.follower = $1 AND mark.catalogue_id = catalogue.id AND mark.model_id = model.id
           WHERE coalesce(mark.change, 0) < greatest(
             (SELECT max(change) FROM item WHERE catalogue_id = catalogue.id),
             (SELECT max(change) FROM item_vector WHERE catalogue_id = catalogue.id AND model_id = model.id))`,
    values: [follower],
  });
  return result.rows.map((row) => catalogueId(row.id));
}

/** Catalogues that the follower has brought into its index before: what is lost there is found by looking at each. */
export async function listFollowedCatalogues(pool: Pool, follower: string): Promise<readonly CatalogueId[]> {
  const result = await pool.query<{ id: string }>({
    name: 'catalogues-followed',
    text: 'SELECT DISTINCT catalogue_id AS id FROM follower_watermark WHERE follower = $1',
    values: [follower],
  });
  return result.rows.map((row) => catalogueId(row.id));
}

/** The models that a catalogue's index must hold: the serving one, and the one that is being built. */
export async function listServedModels(
  pool: Pool,
  catalogue: CatalogueId,
): Promise<readonly { readonly id: ModelId; readonly dimensions: number }[]> {
  const result = await pool.query<{ id: ModelId; dimensions: number }>({
    name: 'models-served',
    text: `SELECT model.id, model.dimensions FROM catalogue
           JOIN encoder_model AS model ON model.id IN (active_model_id, next_model_id) WHERE catalogue.id = $1`,
    values: [catalogue],
  });
  return result.rows;
}
