import {
  type CatalogueId,
  catalogueId,
  type ItemNumber,
  type ModelId,
  type StoredItem,
} from '@kindling/domain';
import { inChangeTransaction } from './change-sequence.js';
import type { Pool } from './database.js';
import { type ItemColumns, itemColumns, storedItem } from './item-row.js';
import { tellWebhooks } from './webhook-message.js';

/** An item whose text has no vector of the wanted model yet. */
export interface WaitingItem {
  readonly item: StoredItem;
  readonly contentHash: string;
}

export interface EmbeddingRules {
  /** After this many failures an item becomes a dead letter and is not tried again by itself. */
  readonly maximumAttempts: number;
  /** The n-th failure is retried after 2^n times this, at most ten minutes. */
  readonly backoffMs: number;
}
export const defaultEmbeddingRules: EmbeddingRules = { maximumAttempts: 5, backoffMs: 1_000 };

/** The order in which work is shared out: `shard` of `shards` equal parts by item number. */
export interface Shard {
  readonly shard: number;
  readonly shards: number;
}

const dueSql = `item.deleted_at IS NULL AND item.embed_attempts < $3
  AND (item.embed_after IS NULL OR item.embed_after <= now())`;
/** What waits for the serving model: the partial index item_waiting holds exactly these rows. */
const waitingSql = `item.catalogue_id = $1 AND item.embedded_hash IS DISTINCT FROM item.content_hash AND ${dueSql}`;
/** What a model that is built beside the serving one lacks. */
const lackingSql = `item.catalogue_id = $1 AND ${dueSql} AND NOT EXISTS (
  SELECT FROM item_vector WHERE item_vector.item_number = item.number AND item_vector.model_id = $2
    AND item_vector.content_hash = item.content_hash)`;

/** Items that are due for encoding with a model, oldest first. `serving`: it is the catalogue's active model. */
export async function readWaitingItems(
  pool: Pool,
  catalogue: CatalogueId,
  model: { readonly id: ModelId; readonly serving: boolean },
  share: Shard & { readonly limit: number; readonly after: ItemNumber | 0 },
  rules: EmbeddingRules = defaultEmbeddingRules,
): Promise<readonly WaitingItem[]> {
  const result = await pool.query<ItemColumns & { content_hash: string }>({
    name: model.serving ? 'item-waiting' : 'item-lacking',
    text: `SELECT ${itemColumns}, item.content_hash FROM item
           WHERE ${model.serving ? waitingSql : lackingSql} AND ($2::text IS NOT NULL)
             AND item.number % $4::bigint = $5::bigint AND item.number > $6::bigint
           ORDER BY item.number LIMIT $7`,
    values: [catalogue, model.id, rules.maximumAttempts, share.shards, share.shard, share.after, share.limit],
  });
  return result.rows.map((row) => ({ item: storedItem(row), contentHash: row.content_hash }));
}

export interface CatalogueToEmbed {
  readonly catalogue: CatalogueId;
  /** The shares in which something waits. */
  readonly shards: readonly number[];
}

/** Where the model has work: catalogues that it serves and in which items are due, and those it is built for. */
export async function findCataloguesToEmbed(
  pool: Pool,
  model: ModelId,
  shards: number,
  rules: EmbeddingRules = defaultEmbeddingRules,
): Promise<readonly CatalogueToEmbed[]> {
  const result = await pool.query<{ id: string; shards: number[] | null; building: boolean }>({
    name: 'catalogues-to-embed',
    // a look at the first few that are due is enough: later ones are found when these are done
    text: `SELECT catalogue.id, catalogue.next_model_id IS NOT DISTINCT FROM $1 AS building,
             (SELECT array_agg(DISTINCT (number % $2::bigint)::int) FROM (
               SELECT item.number FROM item
               WHERE item.catalogue_id = catalogue.id AND item.embedded_hash IS DISTINCT FROM item.content_hash
                 AND ${dueSql} ORDER BY item.number LIMIT 200) AS due) AS shards
           FROM catalogue WHERE catalogue.active_model_id = $1 OR catalogue.next_model_id = $1`,
    values: [model, shards, rules.maximumAttempts],
  });
  const all = Array.from({ length: shards }, (_, shard) => shard);
  return result.rows.flatMap((row) => {
    const due = row.building ? all : (row.shards ?? []);
    return due.length === 0 ? [] : [{ catalogue: catalogueId(row.id), shards: due }];
  });
}

/**
 * Gives items the hash of the text that is made of them now: they were stored without one, or the catalogue's template has
 * changed. Items that have changed meanwhile are passed over.
 */
export async function correctContentHashes(
  pool: Pool,
  catalogue: CatalogueId,
  corrections: readonly { readonly number: ItemNumber; readonly from: string; readonly to: string }[],
): Promise<void> {
  await inChangeTransaction(pool, catalogue, (client) =>
    client.query({
      name: 'content-hash-correct',
      text: `UPDATE item SET content_hash = input.to_hash, embed_attempts = 0, embed_error = NULL
             FROM unnest($2::bigint[], $3::text[], $4::text[]) AS input (number, from_hash, to_hash)
             WHERE item.catalogue_id = $1 AND item.number = input.number AND item.content_hash = input.from_hash`,
      values: [
        catalogue,
        corrections.map((one) => one.number),
        corrections.map((one) => one.from),
        corrections.map((one) => one.to),
      ],
    }),
  );
}

/** After a change of the text template: every item is rendered anew, and encoded where its text differs. */
export async function renderAllAnew(pool: Pool, catalogue: CatalogueId): Promise<void> {
  await inChangeTransaction(pool, catalogue, (client) =>
    client.query('UPDATE item SET embedded_hash = NULL WHERE catalogue_id = $1 AND deleted_at IS NULL', [
      catalogue,
    ]),
  );
}

export interface EmbedFailure {
  readonly number: ItemNumber;
  readonly contentHash: string;
  readonly reason: string;
}

/**
 * Notes that items could not be encoded: they wait longer each time, and after the last attempt they become dead
 * letters that name the item's id and the reason. A failure of an older text is passed over.
 */
export async function recordEmbedFailures(
  pool: Pool,
  catalogue: CatalogueId,
  failures: readonly EmbedFailure[],
  rules: EmbeddingRules = defaultEmbeddingRules,
): Promise<{ readonly retried: number; readonly dead: number }> {
  if (failures.length === 0) return { retried: 0, dead: 0 };
  return inChangeTransaction(pool, catalogue, async (client) => {
    const result = await client.query<{ retried: number; subjects: string[] }>({
      name: 'embed-failures',
      text: failureSql,
      values: [
        catalogue,
        failures.map((failure) => failure.number),
        failures.map((failure) => failure.contentHash),
        failures.map((failure) => failure.reason.slice(0, 2_000)),
        rules.maximumAttempts,
        rules.backoffMs,
      ],
    });
    const { retried, subjects } = result.rows[0] ?? { retried: 0, subjects: [] };
    if (subjects.length > 0) {
      await tellWebhooks(client, {
        catalogue,
        kind: 'dead-letter.created',
        data: { job: 'embed-items', subjects: subjects.slice(0, 10), letters: subjects.length },
      });
    }
    return { retried, dead: subjects.length };
  });
}

const failureSql = `
  WITH failed AS (
    UPDATE item SET embed_attempts = embed_attempts + 1, embed_error = input.reason,
      embed_after = now() + least(600000, $6::float8 * 2 ^ embed_attempts) * interval '1 millisecond'
    FROM unnest($2::bigint[], $3::text[], $4::text[]) AS input (number, content_hash, reason)
    WHERE item.number = input.number AND item.catalogue_id = $1 AND item.content_hash = input.content_hash
      AND item.deleted_at IS NULL
    RETURNING item.id, item.embed_attempts, input.reason),
  dead AS (
    INSERT INTO dead_letter (catalogue_id, job, subject, reason, attempts)
    SELECT $1, 'embed-items', id, reason, embed_attempts FROM failed WHERE embed_attempts >= $5
    ON CONFLICT (catalogue_id, job, subject) DO UPDATE SET
      reason = excluded.reason, attempts = excluded.attempts, created_at = now(), resolved_at = NULL
    RETURNING subject)
  SELECT (SELECT count(*) FROM failed WHERE embed_attempts < $5)::int AS retried,
    (SELECT coalesce(array_agg(subject), '{}') FROM dead) AS subjects`;

export interface EmbeddingProgress {
  readonly modelId: ModelId | null;
  /** Living items. */
  readonly total: number;
  readonly embedded: number;
  readonly waiting: number;
  /** Given up on: see the dead letters. */
  readonly failed: number;
  readonly itemsPerSecond: number | null;
  readonly etaSeconds: number | null;
}

/** Counts, and the rate over the newest vectors, if any is younger than a minute. Costs a scan of the item index. */
export async function readEmbeddingProgress(
  pool: Pool,
  catalogue: CatalogueId,
  rules: EmbeddingRules = defaultEmbeddingRules,
): Promise<EmbeddingProgress> {
  const result = await pool.query<{
    model_id: ModelId | null;
    total: number;
    waiting: number;
    failed: number;
    rate: number | null;
  }>({
    name: 'embedding-progress',
    text: `
      WITH recent AS (
        SELECT item_vector.created_at FROM item_vector
        JOIN catalogue ON catalogue.id = $1 AND item_vector.model_id = catalogue.active_model_id
        WHERE item_vector.catalogue_id = $1 ORDER BY item_vector.change DESC LIMIT 2000)
      SELECT (SELECT active_model_id FROM catalogue WHERE id = $1) AS model_id,
        (SELECT count(*) FROM item WHERE catalogue_id = $1 AND deleted_at IS NULL)::float8 AS total,
        (SELECT count(*) FROM item WHERE catalogue_id = $1 AND deleted_at IS NULL
          AND embedded_hash IS DISTINCT FROM content_hash AND embed_attempts < $2)::float8 AS waiting,
        (SELECT count(*) FROM item WHERE catalogue_id = $1 AND deleted_at IS NULL
          AND embedded_hash IS DISTINCT FROM content_hash AND embed_attempts >= $2)::float8 AS failed,
        (SELECT count(*) / nullif(extract(epoch FROM now() - min(created_at)), 0) FROM recent
          WHERE created_at > now() - interval '1 minute')::float8 AS rate`,
    values: [catalogue, rules.maximumAttempts],
  });
  const row = result.rows[0] ?? { model_id: null, total: 0, waiting: 0, failed: 0, rate: null };
  const itemsPerSecond = row.rate !== null && row.rate > 0 ? row.rate : null;
  return {
    modelId: row.model_id,
    total: row.total,
    embedded: row.total - row.waiting - row.failed,
    waiting: row.waiting,
    failed: row.failed,
    itemsPerSecond,
    etaSeconds: itemsPerSecond === null || row.waiting === 0 ? null : row.waiting / itemsPerSecond,
  };
}
