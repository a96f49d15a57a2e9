import type { CatalogueId, Item, ItemNumber, JsonValue, StoredItem } from '@kindling/domain';
import { execute, type Queryable, statement } from './database.js';
import { itemChangesKeptDays } from './item-history-store.js';
import { type ItemColumns, itemColumns, storedItem } from './item-row.js';

/**
 * Items as they were at a time, of those that have changed since; null in place of one that was not there. Null for all
 * where it cannot be told: more than `most` have changed, or their changes are not kept any more. `among`: only of these.
 */
export async function readItemsThen(
  db: Queryable,
  catalogue: CatalogueId,
  {
    at,
    most,
    among = null,
  }: { readonly at: Date; readonly most: number; readonly among?: readonly ItemNumber[] | null },
): Promise<ReadonlyMap<ItemNumber, StoredItem | null> | null> {
  const [kept] = await execute(db, keptSql, at, itemChangesKeptDays);
  if (!kept?.isKept) return null;
  const rows = await execute(db, thenSql, catalogue, at, most + 1, among);
  if (rows.length > most) return null;
  return new Map(
    rows.map((row) => {
      const now = storedItem(row);
      return [now.number, row.wasThere ? { ...now, ...fieldsOf(row.before ?? {}) } : null];
    }),
  );
}

type Fields = Readonly<Partial<Record<keyof Item, JsonValue>>>;

function fieldsOf(before: Fields): Partial<StoredItem> {
  const { publishedAt, expiresAt, ...others } = before;
  return {
    // Written by ourselves, out of the columns of an item.
    ...(others as Partial<StoredItem>),
    ...(publishedAt !== undefined && { publishedAt: momentOf(publishedAt) }),
    ...(expiresAt !== undefined && { expiresAt: momentOf(expiresAt) }),
  };
}

const momentOf = (value: JsonValue) => (typeof value === 'string' ? new Date(value) : null);

interface ThenRow extends ItemColumns {
  readonly wasThere: boolean;
  /** What the fields were then that have changed since. */
  readonly before: Fields | null;
}

// Before the table was there nothing was kept.
const keptSql = statement<{ isKept: boolean }, [Date, number]>(
  'items-then-kept',
  `SELECT $1::timestamptz >= greatest(now() - $2 * interval '1 day',
     (SELECT finished_at FROM _prisma_migrations WHERE migration_name = '20261130212500_item_history')) AS "isKept"`,
);
/*
 * The first change after a time says what was there before it: of each field its oldest one, and the oldest of all
 * whether the item was there, for only what was gone is restored.
 */
const thenSql = statement<ThenRow, [CatalogueId, Date, number, readonly ItemNumber[] | null]>(
  'items-then',
  `SELECT ${itemColumns}, item.created_at <= $2 AND coalesce(first.kind <> 'RESTORED', item.deleted_at IS NULL) AS "wasThere",
     (SELECT jsonb_object_agg(oldest.field, oldest.value -> 0) FROM (
        SELECT DISTINCT ON (field.key) field.key AS field, field.value
        FROM item_history AS h, jsonb_each(h.fields) AS field
        WHERE h.item_number = item.number AND h.created_at > $2 ORDER BY field.key, h.id) AS oldest) AS before
   FROM item
   LEFT JOIN LATERAL (
     SELECT kind FROM item_history AS h WHERE h.item_number = item.number AND h.created_at > $2
     ORDER BY h.id LIMIT 1) AS first ON true
   WHERE item.catalogue_id = $1 AND item.updated_at > $2 AND ($4::bigint[] IS NULL OR item.number = ANY ($4::bigint[]))
   LIMIT $3`,
);
