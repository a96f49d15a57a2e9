import { type CatalogueId, type ItemNumber, KindlingError, type ModelId } from '@kindling/domain';
import { inChangeTransaction } from './change-sequence.js';
import type { Pool } from './database.js';

/** A vector of one item's text, as the encoder gave it. */
export interface VectorWrite {
  readonly number: ItemNumber;
  /** Of the text that was encoded: the fence. */
  readonly contentHash: string;
  /** float32[dimensions], L2-normalised. */
  readonly vector: Float32Array;
}

export interface VectorWriteResult {
  readonly written: number;
  /** The item's text has changed or the item is gone since it was read: nothing was written for it. */
  readonly stale: number;
}

/**
 * Stores vectors and marks their items as embedded, in one transaction.
 *
 * Promise: a vector is stored only while the item still has the text it was made from. A writer that comes late
 * (a frozen worker that wakes up, a job run twice) changes nothing, and says so in `stale`.
 */
export async function writeVectors(
  pool: Pool,
  catalogue: CatalogueId,
  model: { readonly id: ModelId; readonly dimensions: number },
  writes: readonly VectorWrite[],
): Promise<VectorWriteResult> {
  if (writes.length === 0) return { written: 0, stale: 0 };
  for (const write of writes) assertStorable(write, model.dimensions);
  const written = await inChangeTransaction(pool, catalogue, async (client) => {
    const result = await client.query<{ current: number }>({
      name: 'vector-write',
      text: writeSql,
      values: [
        catalogue,
        model.id,
        writes.map((write) => write.number),
        writes.map((write) => write.contentHash),
        writes.map((write) => vectorBytes(write.vector)),
      ],
    });
    return result.rows[0]?.current ?? 0;
  });
  return { written, stale: writes.length - written };
}

/** Of one item and model, the newest so many replaced vectors are kept, and the one that has just been replaced. */
export const mostReplaced = 8;

const writeSql = `
  WITH input AS (
    SELECT * FROM unnest($3::bigint[], $4::text[], $5::bytea[]) AS row (number, content_hash, vector)),
  current AS (
    SELECT input.* FROM input JOIN item USING (number)
    WHERE item.catalogue_id = $1 AND item.deleted_at IS NULL AND item.content_hash = input.content_hash),
  -- what the item said before is kept for a while: lists of the past are made again with it
  kept AS (
    INSERT INTO replaced_vector (item_number, model_id, made_at, catalogue_id, content_hash, vector)
    SELECT v.item_number, v.model_id, v.created_at, v.catalogue_id, v.content_hash, v.vector
    FROM current JOIN item_vector AS v ON v.item_number = current.number AND v.model_id = $2
    WHERE v.content_hash <> current.content_hash
    ON CONFLICT DO NOTHING),
  -- a text that changes every hour does not fill the disk
  dropped AS (
    DELETE FROM replaced_vector AS r USING current
    WHERE r.item_number = current.number AND r.model_id = $2 AND r.replaced_at < (
      SELECT newer.replaced_at FROM replaced_vector AS newer
      WHERE newer.item_number = current.number AND newer.model_id = $2
      ORDER BY newer.replaced_at DESC OFFSET ${mostReplaced - 1} LIMIT 1)),
  stored AS (
    INSERT INTO item_vector (item_number, model_id, catalogue_id, content_hash, vector, change)
    SELECT number, $2, $1, content_hash, vector, nextval('change_sequence') FROM current
    ON CONFLICT (item_number, model_id) DO UPDATE SET
      content_hash = excluded.content_hash, vector = excluded.vector, change = excluded.change, created_at = now()
    WHERE item_vector.content_hash <> excluded.content_hash),
  -- embedded_hash speaks of the serving model; one that is being built beside it leaves the mark alone
  marked AS (
    UPDATE item SET embed_attempts = 0, embed_error = NULL, embed_after = NULL, embedded_hash =
      CASE WHEN catalogue.active_model_id = $2 THEN current.content_hash ELSE embedded_hash END
    FROM current, catalogue
    WHERE item.number = current.number AND catalogue.id = $1
      AND (catalogue.active_model_id = $2 OR item.embed_attempts > 0)),
  eased AS (
    DELETE FROM dead_letter USING current, item
    WHERE item.number = current.number AND dead_letter.catalogue_id = $1 AND dead_letter.job = 'embed-items'
      AND dead_letter.subject = item.id)
  SELECT count(*)::int AS current FROM current`;

/** Vectors that are stored already for equal texts of the same catalogue and model: no inference is needed. */
export async function findVectorsByContent(
  pool: Pool,
  catalogue: CatalogueId,
  model: ModelId,
  contentHashes: readonly string[],
): Promise<ReadonlyMap<string, Float32Array>> {
  const result = await pool.query<{ content_hash: string; vector: Buffer }>({
    name: 'vector-by-content',
    text: `SELECT DISTINCT ON (content_hash) content_hash, vector FROM item_vector
           WHERE model_id = $2 AND content_hash = ANY($3::text[]) AND catalogue_id = $1`,
    values: [catalogue, model, contentHashes],
  });
  return new Map(result.rows.map((row) => [row.content_hash, vectorOf(row.vector)]));
}

export const vectorBytes = (vector: Float32Array) =>
  Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);

/** A copy on an aligned buffer of its own: pg's buffers are neither aligned nor ours to keep. */
export const vectorOf = (bytes: Uint8Array) => new Float32Array(new Uint8Array(bytes).buffer);

function assertStorable(write: VectorWrite, dimensions: number): void {
  if (write.vector.length !== dimensions) {
    throw new KindlingError(
      'INTERNAL',
      `The vector of item number ${write.number} has ${write.vector.length} dimensions, not ${dimensions}.`,
    );
  }
  if (!write.vector.every(Number.isFinite)) {
    throw new KindlingError('INTERNAL', `The vector of item number ${write.number} is not finite.`);
  }
}
