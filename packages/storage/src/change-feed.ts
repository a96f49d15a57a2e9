import {
  type CatalogueId,
  catalogueId,
  type ItemNumber,
  itemNumber,
  itemPayload,
  type ModelId,
  type StoredItem,
} from '@kindling/domain';
import type { VectorPoint } from '@kindling/vectors';
import pg from 'pg';
import { changeChannel } from './change-sequence.js';
import type { Pool } from './database.js';
import { type ItemColumns, itemColumns, storedItem } from './item-row.js';
import { vectorOf } from './vector-store.js';

/*
 * How a follower (item view, lexical index, vector index) keeps up with one catalogue: it remembers the last change
 * number it has applied, asks for what came after, in bounded batches, and applies it. Every change since then is
 * among the answers; an item that changed twice comes once, in its newest state. Applying a batch twice does no harm.
 */

export interface ItemChange {
  readonly item: StoredItem;
  readonly change: number;
  readonly deleted: boolean;
}
export interface ItemChangeBatch {
  readonly changes: readonly ItemChange[];
  /** Where to go on from: the number of the last change, or the one that was asked for when there is none. */
  readonly upTo: number;
  /** False when the follower has caught up. */
  readonly more: boolean;
}

export async function readItemChanges(
  pool: Pool,
  catalogue: CatalogueId,
  after: number,
  limit = 2_000,
): Promise<ItemChangeBatch> {
  const result = await pool.query<ItemColumns & { change: number; deleted: boolean }>({
    name: 'item-changes',
    text: `SELECT ${itemColumns}, item.change::float8 AS change, item.deleted_at IS NOT NULL AS deleted FROM item
           WHERE item.catalogue_id = $1 AND item.change > $2::bigint ORDER BY item.change LIMIT $3`,
    values: [catalogue, after, limit],
  });
  const changes = result.rows.map((row) => ({
    item: storedItem(row),
    change: row.change,
    deleted: row.deleted,
  }));
  return { changes, upTo: changes.at(-1)?.change ?? after, more: changes.length === limit };
}

export interface VectorChangeBatch {
  readonly numbers: readonly ItemNumber[];
  readonly changes: readonly number[];
  /** float32[numbers.length * dimensions]: the vectors one after the other. */
  readonly vectors: Float32Array;
  readonly upTo: number;
  readonly more: boolean;
}

/** Vectors alone, for a bulk load: they travel as one binary value. Deletions show in `readItemChanges`. */
export async function readVectorChanges(
  pool: Pool,
  catalogue: CatalogueId,
  model: ModelId,
  after: number,
  limit = 4_000,
): Promise<VectorChangeBatch> {
  const result = await pool.query<{ numbers: number[]; changes: number[]; vectors: Buffer }>({
    name: 'vector-changes',
    text: `SELECT coalesce(array_agg(item_number::float8 ORDER BY change), '{}') AS numbers,
             coalesce(array_agg(change::float8 ORDER BY change), '{}') AS changes,
             coalesce(string_agg(vector, ''::bytea ORDER BY change), ''::bytea) AS vectors
           FROM (SELECT item_number, change, vector FROM item_vector
             WHERE catalogue_id = $1 AND model_id = $2 AND change > $3::bigint ORDER BY change LIMIT $4) AS batch`,
    values: [catalogue, model, after, limit],
  });
  const row = result.rows[0];
  if (row === undefined || row.numbers.length === 0) {
    return { numbers: [], changes: [], vectors: new Float32Array(), upTo: after, more: false };
  }
  return {
    numbers: row.numbers.map(itemNumber),
    changes: row.changes,
    vectors: vectorOf(row.vectors),
    upTo: row.changes.at(-1) ?? after,
    more: row.numbers.length === limit,
  };
}

export interface PointChangeBatch {
  /** Living items that have a vector of the model: its newest vector and payload. */
  readonly upserts: readonly VectorPoint[];
  readonly deletes: readonly { readonly key: ItemNumber; readonly version: number }[];
  readonly upTo: number;
  readonly more: boolean;
}

/** Both feeds in one, in the terms of a vector index: a new text, a new price and a deletion all show here. */
export async function readPointChanges(
  pool: Pool,
  catalogue: CatalogueId,
  model: ModelId,
  after: number,
  limit = 1_000,
): Promise<PointChangeBatch> {
  const result = await pool.query<
    ItemColumns & { seen: number; version: number; deleted: boolean; vector: Buffer | null }
  >({
    name: 'point-changes',
    text: pointChangesSql,
    values: [catalogue, model, after, limit],
  });
  const upserts: VectorPoint[] = [];
  const deletes: { key: ItemNumber; version: number }[] = [];
  for (const row of result.rows) {
    const item = storedItem(row);
    if (row.deleted) deletes.push({ key: item.number, version: row.version });
    else if (row.vector !== null) {
      upserts.push({
        key: item.number,
        version: row.version,
        vector: vectorOf(row.vector),
        payload: itemPayload(item),
      });
    }
  }
  const upTo = result.rows.reduce((last, row) => Math.max(last, row.seen), after);
  // An item may stand behind two of the changes that were read, so a full batch can be half as long.
  return { upserts, deletes, upTo, more: result.rows.length * 2 >= limit };
}

const pointChangesSql = `
  WITH changed AS (
    (SELECT number, change FROM item WHERE catalogue_id = $1 AND change > $3::bigint ORDER BY change LIMIT $4)
    UNION ALL
    (SELECT item_number, change FROM item_vector
      WHERE catalogue_id = $1 AND model_id = $2 AND change > $3::bigint ORDER BY change LIMIT $4)
    ORDER BY change LIMIT $4),
  touched AS (SELECT number, max(change) AS seen FROM changed GROUP BY number)
  SELECT ${itemColumns}, touched.seen::float8 AS seen, item.deleted_at IS NOT NULL AS deleted, stored.vector,
    greatest(item.change, stored.change)::float8 AS version
  FROM touched JOIN item USING (number)
  LEFT JOIN item_vector AS stored ON stored.item_number = item.number AND stored.model_id = $2`;

/** The newest change number of a catalogue: 0 when it is empty. How far behind a follower is. */
export async function latestChange(pool: Pool, catalogue: CatalogueId): Promise<number> {
  const result = await pool.query<{ latest: number }>({
    name: 'latest-change',
    text: `SELECT greatest(
             (SELECT max(change) FROM item WHERE catalogue_id = $1),
             (SELECT max(change) FROM item_vector
               WHERE catalogue_id = $1 AND model_id = (SELECT active_model_id FROM catalogue WHERE id = $1)),
             0)::float8 AS latest`,
    values: [catalogue],
  });
  return result.rows[0]?.latest ?? 0;
}

export interface ChangeListener {
  close(): Promise<void>;
}

/**
 * Calls `onChange` when a catalogue has changed (its id), and every `pollMs` with null, "look at all of them":
 * notifications make it fast, polling makes it sure. Lost connections are made anew.
 */
export function listenForChanges(
  connectionString: string,
  onChange: (catalogue: CatalogueId | null) => void,
  options: { readonly pollMs?: number; readonly onError?: (error: Error) => void } = {},
): ChangeListener {
  const reconnectMs = 1_000;
  let client: pg.Client | null = null;
  let closed = false;
  let reconnect: NodeJS.Timeout | undefined;

  const retryLater = (failed: pg.Client, error: Error) => {
    if (client !== failed) return;
    client = null;
    void failed.end().catch(() => undefined);
    if (closed) return;
    options.onError?.(error);
    reconnect = setTimeout(connect, reconnectMs);
  };
  const connect = () => {
    const fresh = new pg.Client({ connectionString, application_name: 'kindling-changes', keepAlive: true });
    client = fresh;
    fresh.on('error', (error) => retryLater(fresh, error));
    fresh.on('end', () => retryLater(fresh, new Error('The connection for notifications has ended.')));
    fresh.on('notification', (message) => {
      if (!closed && message.payload !== undefined) onChange(catalogueId(message.payload));
    });
    fresh
      .connect()
      .then(() => fresh.query(`LISTEN ${changeChannel}`))
      // what happened while nobody listened
      .then(() => !closed && onChange(null))
      .catch((error: Error) => retryLater(fresh, error));
  };
  connect();
  const poll = setInterval(() => onChange(null), options.pollMs ?? 500);

  return {
    async close() {
      closed = true;
      clearInterval(poll);
      clearTimeout(reconnect);
      const open = client;
      client = null;
      await open?.end().catch(() => undefined);
    },
  };
}
