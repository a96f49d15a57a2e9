import type { CatalogueId, ItemId, ItemNumber, ModelId, StoredItem } from '@kindling/domain';
import { execute, type Queryable, statement } from './database.js';
import { type ItemColumns, itemColumns, storedItem } from './item-row.js';

/** Items in the order of their numbers' list; deleted ones are left out. The hydration of every answer. */
export async function readItems(
  db: Queryable,
  catalogue: CatalogueId,
  numbers: readonly ItemNumber[],
): Promise<ReadonlyMap<ItemNumber, StoredItem>> {
  if (numbers.length === 0) return new Map();
  const rows = await execute(db, byNumberSql, catalogue, numbers);
  return new Map(rows.map((row) => storedItem(row)).map((item) => [item.number, item]));
}

/** One item by the caller's id; null when it is unknown or deleted. */
export async function readItem(
  db: Queryable,
  catalogue: CatalogueId,
  id: ItemId,
): Promise<StoredItem | null> {
  const [row] = await execute(db, byIdSql, catalogue, id);
  return row ? storedItem(row) : null;
}

const byNumberSql = statement<ItemColumns, [CatalogueId, readonly ItemNumber[]]>(
  'item-by-number',
  `SELECT ${itemColumns} FROM item
   WHERE item.number = ANY($2::bigint[]) AND item.catalogue_id = $1 AND item.deleted_at IS NULL`,
);
const byIdSql = statement<ItemColumns, [CatalogueId, ItemId]>(
  'item-by-id',
  `SELECT ${itemColumns} FROM item WHERE item.catalogue_id = $1 AND item.id = $2 AND item.deleted_at IS NULL`,
);

/** Living items that have a vector of the model. */
export async function countVectors(db: Queryable, catalogue: CatalogueId, model: ModelId): Promise<number> {
  const [row] = await execute(db, countVectorsSql, catalogue, model);
  return row?.count ?? 0;
}

const countVectorsSql = statement<{ count: number }, [CatalogueId, ModelId]>(
  'vector-count',
  `SELECT count(*)::float8 AS count FROM item_vector AS v JOIN item ON item.number = v.item_number
   WHERE v.catalogue_id = $1 AND v.model_id = $2 AND item.deleted_at IS NULL`,
);
