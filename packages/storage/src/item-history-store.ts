import type { CatalogueId, Item, ItemId, JsonValue } from '@kindling/domain';
import { execute, type Pool, type Queryable, statement } from './database.js';

export type ItemField = Exclude<keyof Item, 'id'>;
export type ItemHistoryKind = 'UPDATED' | 'DELETED' | 'RESTORED';

/** One change of an item: who, when, by which file or edit of many, and every field that it changed. */
export interface ItemHistoryEntry {
  readonly id: number;
  readonly kind: ItemHistoryKind;
  readonly actor: string;
  readonly createdAt: Date;
  /** Dates as ISO 8601. */
  readonly fields: readonly {
    readonly field: string;
    readonly before: JsonValue;
    readonly after: JsonValue;
  }[];
  readonly importRun: ImportOfItem | null;
  /** While the edit of many is kept. */
  readonly editId: string | null;
}
export interface ImportOfItem {
  readonly id: string;
  readonly fileName: string;
}
export interface ItemOrigin {
  /** Null for items that were made before histories were kept. */
  readonly actor: string | null;
  readonly createdAt: Date;
  readonly importRun: ImportOfItem | null;
}

/** The newest first, after the id of the last one seen. */
export async function listItemChanges(
  db: Queryable,
  catalogue: CatalogueId,
  item: ItemId,
  page: { readonly first: number; readonly before: number | null },
): Promise<readonly ItemHistoryEntry[]> {
  return (await execute(db, pageSql, catalogue, item, page.before, page.first)).map(changeOf);
}

/** How the item came to be; null when there is none of that id, or it is deleted. */
export async function findItemOrigin(
  db: Queryable,
  catalogue: CatalogueId,
  item: ItemId,
): Promise<ItemOrigin | null> {
  const [row] = await execute(db, originSql, catalogue, item);
  return row
    ? { actor: row.made_by, createdAt: row.created_at, importRun: importOf(row.import_id, row.file_name) }
    : null;
}

/** So long a change is told, and so far back a list can be made again with the items of then. */
export const itemChangesKeptDays = 180;

/** Forgets changes that are older; in pieces, so that no lock is held for long. */
export async function expireItemChanges(pool: Pool, keptDays = itemChangesKeptDays): Promise<number> {
  for (let gone = 0; ; ) {
    const { rowCount } = await pool.query(
      `DELETE FROM item_history WHERE id IN (
         SELECT id FROM item_history WHERE created_at < now() - $1 * interval '1 day' LIMIT 10000)`,
      [keptDays],
    );
    gone += rowCount ?? 0;
    if ((rowCount ?? 0) < 10_000) return gone;
  }
}

interface ChangeRow {
  readonly id: number;
  readonly kind: ItemHistoryKind;
  readonly actor: string;
  readonly fields: Readonly<Record<string, readonly [JsonValue, JsonValue]>>;
  readonly created_at: Date;
  readonly import_id: string | null;
  readonly file_name: string | null;
  readonly edit_id: string | null;
}
const pageSql = statement<ChangeRow, [CatalogueId, ItemId, number | null, number]>(
  'item-history-page',
  `SELECT change.id::float8 AS id, change.kind, change.actor, change.fields, change.created_at,
     import_run.id AS import_id, import_run.file_name, item_edit.id AS edit_id
   FROM item_history AS change JOIN item ON item.number = change.item_number
   LEFT JOIN import_run ON import_run.id = change.import_id
   LEFT JOIN item_edit ON item_edit.id = change.edit_id
   WHERE item.catalogue_id = $1 AND item.id = $2 AND ($3::bigint IS NULL OR change.id < $3::bigint)
   ORDER BY change.id DESC LIMIT $4`,
);
const originSql = statement<
  { made_by: string | null; created_at: Date; import_id: string | null; file_name: string | null },
  [CatalogueId, ItemId]
>(
  'item-origin',
  `SELECT item.made_by, item.created_at, import_run.id AS import_id, import_run.file_name
   FROM item LEFT JOIN import_run ON import_run.id = item.made_by_import
   WHERE item.catalogue_id = $1 AND item.id = $2 AND item.deleted_at IS NULL`,
);

const importOf = (id: string | null, fileName: string | null): ImportOfItem | null =>
  id === null || fileName === null ? null : { id, fileName };

const moments = ['publishedAt', 'expiresAt'];
const changeOf = (row: ChangeRow): ItemHistoryEntry => ({
  id: row.id,
  kind: row.kind,
  actor: row.actor,
  createdAt: row.created_at,
  fields: Object.entries(row.fields).map(([field, [before, after]]) => {
    // Postgres writes moments with the offset of its session
    const told = (value: JsonValue) =>
      moments.includes(field) && typeof value === 'string' ? new Date(value).toISOString() : value;
    return { field, before: told(before), after: told(after) };
  }),
  importRun: importOf(row.import_id, row.file_name),
  editId: row.edit_id,
});
