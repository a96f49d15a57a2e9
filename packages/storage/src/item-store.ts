import {
  type CatalogueId,
  type Item,
  type ItemId,
  type ItemNumber,
  itemNumber,
  type JsonObject,
} from '@kindling/domain';
import type { AuditAction } from './audit-actions.js';
import { appendAudit } from './audit-store.js';
import { inChangeTransaction } from './change-sequence.js';
import type { Pool, PoolClient, Queryable } from './database.js';
import { itemFieldColumns, itemRowHash } from './item-row.js';
import { jsonParameter } from './json-parameter.js';

/**
 * An item to be stored, with the hash of the text that the encoder would read (see @kindling/encoder). Null: the worker
 * renders the text when the item's turn comes. That makes a bulk import twice as fast, and costs no inference: when the
 * text turns out to be the one that was encoded, the item stops waiting.
 */
export interface ItemWrite {
  readonly item: Item;
  readonly contentHash: string | null;
}

/** UNCHANGED wrote nothing. A deleted item that comes back is CREATED, under its old number. */
export type ItemOutcome = 'CREATED' | 'UPDATED' | 'UNCHANGED';

/** Who writes items, and by which file or edit of many: it stands in their histories. */
export interface ItemWriter {
  readonly actor: string;
  readonly importId?: string;
  readonly editId?: string;
}
const system: ItemWriter = { actor: 'system' };

/** Stores a batch in one transaction; outcomes in the order of the batch. Of equal ids the last one wins. */
export function upsertItems(
  pool: Pool,
  catalogue: CatalogueId,
  writes: readonly ItemWrite[],
  by: ItemWriter = system,
): Promise<readonly ItemOutcome[]> {
  if (writes.length === 0) return Promise.resolve([]);
  const prepared = prepareItems(writes);
  return inChangeTransaction(pool, catalogue, async (client) => {
    const outcomes = await writeItems(client, catalogue, prepared, by);
    const changed = prepared.filter((_, index) => outcomes[index] !== 'UNCHANGED');
    const created = outcomes.filter((outcome) => outcome === 'CREATED').length;
    if (by !== system && changed.length > 0) {
      const ids = changed.map(({ item }) => item.id);
      const counts = { created, updated: changed.length - created };
      await auditItems(client, catalogue, { actor: by.actor, action: 'items.upsert', ids, counts });
    }
    return outcomes;
  });
}

/** One entry a call: it names the first items and counts all of them. */
async function auditItems(
  client: PoolClient,
  catalogue: CatalogueId,
  {
    ids,
    counts,
    ...entry
  }: {
    readonly actor: string;
    readonly action: AuditAction;
    readonly ids: readonly string[];
    readonly counts: JsonObject;
  },
): Promise<void> {
  const [target = ''] = ids;
  const detail = { ...counts, first: ids.slice(0, namedInAudit) };
  await appendAudit(client, { ...entry, catalogue, target, detail });
}

const namedInAudit = 20;

/** What a batch would do, decided by the same comparison, without writing. */
export async function previewItems(
  pool: Pool,
  catalogue: CatalogueId,
  writes: readonly ItemWrite[],
): Promise<readonly ItemOutcome[]> {
  if (writes.length === 0) return [];
  const prepared = prepareItems(writes);
  return decideOutcomes(prepared, await readStates(pool, catalogue, prepared));
}

/** A write with its row hash: computed before the transaction, so that the catalogue's lock is held briefly. */
export interface PreparedItem extends ItemWrite {
  readonly rowHash: string;
}

export const prepareItems = (writes: readonly ItemWrite[]): readonly PreparedItem[] =>
  writes.map((write) => ({ ...write, rowHash: itemRowHash(write.item) }));

/** Stores a batch inside a transaction of `inChangeTransaction`, beside whatever else the caller commits with it. */
export async function writeItems(
  client: PoolClient,
  catalogue: CatalogueId,
  rows: readonly PreparedItem[],
  by: ItemWriter = system,
): Promise<readonly ItemOutcome[]> {
  const outcomes = decideOutcomes(rows, await readStates(client, catalogue, rows));
  const changed = new Map<ItemId, PreparedItem>();
  rows.forEach((row, index) => {
    if (outcomes[index] !== 'UNCHANGED') changed.set(row.item.id, row);
  });
  if (changed.size > 0) {
    await client.query({
      name: 'item-upsert',
      text: upsertSql,
      values: [catalogue, recordset([...changed.values()]), ...writerValues(by)],
    });
  }
  return outcomes;
}

/** Stands for the hash of a text that nobody has rendered yet; differs from every hash of a text. */
const notRendered = (rowHash: string) => `row:${rowHash}`;

interface ItemState {
  readonly rowHash: string;
  readonly contentHash: string;
  readonly deleted: boolean;
}

async function readStates(
  db: Queryable,
  catalogue: CatalogueId,
  rows: readonly PreparedItem[],
): Promise<Map<string, ItemState>> {
  const result = await db.query<{ id: string; row_hash: string; content_hash: string; deleted: boolean }>({
    name: 'item-states',
    text: `SELECT id, row_hash, content_hash, deleted_at IS NOT NULL AS deleted FROM item
           WHERE catalogue_id = $1 AND id = ANY($2::text[])`,
    values: [catalogue, rows.map((row) => row.item.id)],
  });
  return new Map(
    result.rows.map((row) => [
      row.id,
      { rowHash: row.row_hash, contentHash: row.content_hash, deleted: row.deleted },
    ]),
  );
}

/** Walks the batch in order, so that a second row of the same id is compared with the first. */
function decideOutcomes(rows: readonly PreparedItem[], stored: Map<string, ItemState>): ItemOutcome[] {
  const states = new Map(stored);
  return rows.map(({ item, rowHash, contentHash }) => {
    const state = states.get(item.id);
    states.set(item.id, { rowHash, contentHash: contentHash ?? notRendered(rowHash), deleted: false });
    if (state === undefined || state.deleted) return 'CREATED';
    const sameText = contentHash === null || state.contentHash === contentHash;
    return state.rowHash === rowHash && sameText ? 'UNCHANGED' : 'UPDATED';
  });
}

const writerValues = ({ actor, importId, editId }: ItemWriter) => [actor, importId ?? null, editId ?? null];

/** What of the stored row another row would change, as the history keeps it. */
const changedFields = Object.entries(itemFieldColumns)
  .map(
    ([field, column]) => `CASE WHEN item.${column} IS DISTINCT FROM row.${column}
      THEN jsonb_build_object('${field}', jsonb_build_array(item.${column}, row.${column})) ELSE '{}' END`,
  )
  .join(' || ');

// A batch travels as one JSON parameter: lists of uneven length fit, and Postgres takes it apart once. All parts of the
// statement see the items as they were before it.
const upsertSql = `
  WITH row AS (
    SELECT * FROM json_to_recordset($2::json) AS row (id text, title text, description text, categories text[],
      tags text[], attributes jsonb, price float8, currency text, image_url text, url text,
      published_at timestamptz, expires_at timestamptz, status text, row_hash text, content_hash text)),
  changed AS (
    SELECT item.number, item.deleted_at, ${changedFields} AS fields
    FROM row JOIN item ON item.catalogue_id = $1 AND item.id = row.id),
  noted AS (
    INSERT INTO item_history (item_number, kind, actor, import_id, edit_id, fields)
    SELECT number, CASE WHEN deleted_at IS NULL THEN 'UPDATED' ELSE 'RESTORED' END, $3::text, $4::uuid, $5::uuid, fields
    FROM changed WHERE deleted_at IS NOT NULL OR fields <> '{}')
  INSERT INTO item (catalogue_id, id, title, description, categories, tags, attributes, price, currency, image_url,
    url, published_at, expires_at, status, row_hash, content_hash, made_by, made_by_import, change)
  SELECT $1, id, title, description, categories, tags, attributes, price, currency, image_url,
    url, published_at, expires_at, status, row_hash, content_hash, $3::text, $4::uuid, nextval('change_sequence')
  FROM row
  ON CONFLICT (catalogue_id, id) DO UPDATE SET
    title = excluded.title, description = excluded.description, categories = excluded.categories,
    tags = excluded.tags, attributes = excluded.attributes, price = excluded.price, currency = excluded.currency,
    image_url = excluded.image_url, url = excluded.url, published_at = excluded.published_at,
    expires_at = excluded.expires_at, status = excluded.status, row_hash = excluded.row_hash,
    content_hash = excluded.content_hash, change = excluded.change, deleted_at = NULL, updated_at = now(),
    -- another text is another chance
    embed_attempts = CASE WHEN item.content_hash = excluded.content_hash THEN item.embed_attempts ELSE 0 END,
    embed_error = CASE WHEN item.content_hash = excluded.content_hash THEN item.embed_error END,
    embed_after = CASE WHEN item.content_hash = excluded.content_hash THEN item.embed_after END`;

function recordset(rows: readonly PreparedItem[]): string {
  return jsonParameter(
    rows.map(({ item, rowHash, contentHash }) => ({
      id: item.id,
      title: item.title,
      description: item.description,
      categories: item.categories,
      tags: item.tags,
      attributes: item.attributes,
      price: item.price,
      currency: item.currency,
      image_url: item.imageUrl,
      url: item.url,
      published_at: item.publishedAt,
      expires_at: item.expiresAt,
      status: item.status,
      row_hash: rowHash,
      content_hash: contentHash ?? notRendered(rowHash),
    })),
  );
}

/**
 * Marks items as deleted and drops their vectors; followers hear of it by the change number. The row stays as
 * a tombstone under its number. Unknown and already deleted ids are passed over; the answer counts the others.
 */
export function deleteItems(
  pool: Pool,
  catalogue: CatalogueId,
  ids: readonly string[],
  by: ItemWriter = system,
): Promise<number> {
  if (ids.length === 0) return Promise.resolve(0);
  return inChangeTransaction(pool, catalogue, async (client) => {
    const deleted = await removeItems(client, catalogue, ids, by);
    if (by !== system && deleted > 0) {
      await auditItems(client, catalogue, {
        actor: by.actor,
        action: 'items.delete',
        ids,
        counts: { deleted },
      });
    }
    return deleted;
  });
}

/** `deleteItems` inside a transaction of `inChangeTransaction`, beside whatever else the caller commits with it. */
export async function removeItems(
  client: PoolClient,
  catalogue: CatalogueId,
  ids: readonly string[],
  by: ItemWriter = system,
): Promise<number> {
  const deleted = await client.query<{ count: number }>({
    name: 'item-delete',
    text: `WITH gone AS (
             UPDATE item SET deleted_at = now(), updated_at = now(), embedded_hash = NULL, embed_attempts = 0,
               embed_error = NULL, embed_after = NULL, change = nextval('change_sequence')
             WHERE catalogue_id = $1 AND id = ANY($2::text[]) AND deleted_at IS NULL
             RETURNING number, id),
           -- it may come back, and lists of the past knew it
           kept AS (INSERT INTO replaced_vector (item_number, model_id, made_at, catalogue_id, content_hash, vector)
             SELECT v.item_number, v.model_id, v.created_at, v.catalogue_id, v.content_hash, v.vector
             FROM gone JOIN item_vector AS v ON v.item_number = gone.number ON CONFLICT DO NOTHING),
           vectors AS (DELETE FROM item_vector USING gone WHERE item_number = gone.number),
           noted AS (INSERT INTO item_history (item_number, kind, actor, import_id, edit_id)
             SELECT number, 'DELETED', $3::text, $4::uuid, $5::uuid FROM gone),
           letters AS (DELETE FROM dead_letter USING gone
             WHERE catalogue_id = $1 AND job = 'embed-items' AND subject = gone.id)
           SELECT count(*)::int AS count FROM gone`,
    values: [catalogue, ids, ...writerValues(by)],
  });
  return deleted.rows[0]?.count ?? 0;
}

/** Numbers of known, living items by the caller's ids. */
export async function findItemNumbers(
  pool: Pool,
  catalogue: CatalogueId,
  ids: readonly ItemId[],
): Promise<ReadonlyMap<ItemId, ItemNumber>> {
  const result = await pool.query<{ id: ItemId; number: number }>({
    name: 'item-numbers',
    text: `SELECT id, number::float8 AS number FROM item
           WHERE catalogue_id = $1 AND id = ANY($2::text[]) AND deleted_at IS NULL`,
    values: [catalogue, ids],
  });
  return new Map(result.rows.map((row) => [row.id, itemNumber(row.number)]));
}
