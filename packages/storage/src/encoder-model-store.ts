import { type CatalogueId, KindlingError, type ModelId } from '@kindling/domain';
import { inChangeTransaction } from './change-sequence.js';
import type { Pool } from './database.js';
import { defaultEmbeddingRules, type EmbeddingRules } from './waiting-item-store.js';

/** What identifies an encoder's output; a shape that @kindling/encoder's EncoderModel has. */
export interface RegisteredModel {
  readonly id: ModelId;
  readonly name: string;
  readonly revision: string;
  readonly dimensions: number;
  readonly pooling: string;
  readonly licence: string | null;
}

/**
 * Makes the model known and wanted: it serves catalogues that have none at once, and is built for those that another
 * one serves. Called at the start of a worker; of workers with different encoders the one that started last decides.
 */
export async function registerModel(pool: Pool, model: RegisteredModel): Promise<void> {
  await pool.query(
    `INSERT INTO encoder_model (id, name, revision, dimensions, pooling, licence)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`,
    [model.id, model.name, model.revision, model.dimensions, model.pooling, model.licence],
  );
  const stored = await pool.query<{ dimensions: number }>(
    'SELECT dimensions FROM encoder_model WHERE id = $1',
    [model.id],
  );
  const dimensions = stored.rows[0]?.dimensions;
  if (dimensions !== model.dimensions) {
    throw new KindlingError(
      'CONFLICT',
      `Model ${model.id} is registered with ${dimensions} dimensions, but the encoder gives ${model.dimensions}.`,
    );
  }
  await adoptModel(pool, model.id);
  await pool.query(
    `UPDATE catalogue SET next_model_id = nullif($1, active_model_id)
     WHERE next_model_id IS DISTINCT FROM nullif($1, active_model_id)`,
    [model.id],
  );
}

/** A catalogue made after the model was registered gets it here. Returns how many did. */
export async function adoptModel(pool: Pool, model: ModelId): Promise<number> {
  const adopted = await pool.query(
    'UPDATE catalogue SET active_model_id = $1 WHERE active_model_id IS NULL',
    [model],
  );
  return adopted.rowCount ?? 0;
}

/**
 * Makes a model the serving one once it has a vector for every living item that can be encoded. Until then nothing
 * changes and the answer is false, so readers see all of the old model or all of the new one. False too for a model
 * that is not (any more) the one that is being built for the catalogue.
 * Runs under the catalogue's lock: no item can slip in between the check and the switch.
 */
export function activateModelWhenComplete(
  pool: Pool,
  catalogue: CatalogueId,
  model: ModelId,
  rules: EmbeddingRules = defaultEmbeddingRules,
): Promise<boolean> {
  return inChangeTransaction(pool, catalogue, async (client) => {
    const lacking = await client.query(
      `SELECT FROM item WHERE catalogue_id = $1 AND deleted_at IS NULL AND embed_attempts < $3 AND NOT EXISTS (
         SELECT FROM item_vector WHERE item_number = item.number AND model_id = $2
           AND item_vector.content_hash = item.content_hash) LIMIT 1`,
      [catalogue, model, rules.maximumAttempts],
    );
    if (lacking.rowCount !== 0) return false;
    const switched = await client.query(
      `UPDATE catalogue SET active_model_id = $2, next_model_id = NULL, version = version + 1
       WHERE id = $1 AND next_model_id = $2`,
      [catalogue, model],
    );
    if (switched.rowCount === 0) return false;
    await client.query(
      `UPDATE item SET embedded_hash = (SELECT content_hash FROM item_vector
         WHERE item_number = item.number AND model_id = $2)
       WHERE catalogue_id = $1 AND deleted_at IS NULL AND embedded_hash IS DISTINCT FROM (
         SELECT content_hash FROM item_vector WHERE item_number = item.number AND model_id = $2)`,
      [catalogue, model],
    );
    return true;
  });
}

/** A model whose vectors a catalogue still has, though it neither serves it nor is built for it. */
export interface RetiredModel {
  readonly catalogue: CatalogueId;
  readonly model: ModelId;
}

/** One index probe for each catalogue and model. A catalogue without a serving model has nothing retired. */
export async function findRetiredVectors(pool: Pool): Promise<readonly RetiredModel[]> {
  const result = await pool.query<RetiredModel>(
    `SELECT catalogue.id AS catalogue, model.id AS model FROM catalogue
     JOIN encoder_model AS model
       ON model.id <> catalogue.active_model_id AND model.id IS DISTINCT FROM catalogue.next_model_id
     WHERE EXISTS (SELECT FROM item_vector WHERE catalogue_id = catalogue.id AND model_id = model.id)`,
  );
  return result.rows;
}

/** Rows of one transaction: a large catalogue's vectors do not keep its writers waiting for minutes. */
const droppedAtOnce = 10_000;

/**
 * Deletes the vectors of a retired model and the marks of its followers; returns how many. A model that serves or is
 * built again by then keeps what is left of it: under the catalogue's lock nothing is deleted between the check that
 * a model is complete and the switch to it.
 */
export async function dropRetiredVectors(
  pool: Pool,
  { catalogue, model }: RetiredModel,
  signal: AbortSignal,
): Promise<number> {
  let dropped = 0;
  for (let more = true; more && !signal.aborted; ) {
    const count = await inChangeTransaction(pool, catalogue, async (client) => {
      const deleted = await client.query({
        name: 'retired-vectors-drop',
        text: `DELETE FROM item_vector USING catalogue WHERE catalogue.id = $1 AND ${isRetiredSql}
                 AND item_vector.model_id = $2 AND item_number IN (
                   SELECT item_number FROM item_vector WHERE catalogue_id = $1 AND model_id = $2 LIMIT $3)`,
        values: [catalogue, model, droppedAtOnce],
      });
      await client.query(
        `DELETE FROM follower_watermark AS mark USING catalogue
         WHERE catalogue.id = $1 AND ${isRetiredSql} AND mark.catalogue_id = $1 AND mark.model_id = $2`,
        [catalogue, model],
      );
      return deleted.rowCount ?? 0;
    });
    dropped += count;
    more = count === droppedAtOnce;
  }
  return dropped;
}

const isRetiredSql = 'catalogue.active_model_id <> $2 AND catalogue.next_model_id IS DISTINCT FROM $2';

/** Of these models, the ones that serve no catalogue and are built for none. */
export async function findRetiredModels(pool: Pool, models: readonly ModelId[]): Promise<readonly ModelId[]> {
  const result = await pool.query<{ id: ModelId }>(
    `SELECT model AS id FROM unnest($1::text[]) AS model WHERE NOT EXISTS (
       SELECT FROM catalogue WHERE active_model_id = model OR next_model_id = model)`,
    [models],
  );
  return result.rows.map(({ id }) => id);
}
