import {
  type CatalogueId,
  type ItemNumber,
  type ItemStatus,
  itemNumber,
  KindlingError,
  type StoredItem,
} from '@kindling/domain';
import type { Pool, Queryable } from './database.js';
import { type ItemColumns, itemColumns, storedItem } from './item-row.js';
import { defaultEmbeddingRules } from './waiting-item-store.js';

export const encodingStates = ['ENCODED', 'WAITING', 'FAILED'] as const;
/** Of an item's text by the serving model; FAILED ones stand among the dead letters. */
export type EncodingState = (typeof encodingStates)[number];

export const itemSorts = ['NEWEST', 'UPDATED', 'TITLE'] as const;
export type ItemSort = (typeof itemSorts)[number];

/** An item as its owner sees it, hidden and expired ones too. */
export interface ListedItem extends StoredItem {
  readonly updatedAt: Date;
  readonly encoding: EncodingState;
  readonly encodingError: string | null;
  /** Of its fields: another one, and somebody has changed something. */
  readonly revision: string;
}

export interface ItemListFilter {
  /** An id, or words of the title. */
  readonly query?: string | undefined;
  readonly status?: ItemStatus | undefined;
  readonly encoding?: EncodingState | undefined;
}

export interface ItemPage {
  readonly items: readonly { readonly item: ListedItem; readonly cursor: string }[];
  readonly hasNextPage: boolean;
}

const encodingSql = `CASE WHEN item.embedded_hash IS NOT DISTINCT FROM item.content_hash THEN 'ENCODED'
  WHEN item.embed_attempts >= ${defaultEmbeddingRules.maximumAttempts} THEN 'FAILED' ELSE 'WAITING' END`;
const listedColumns = `${itemColumns}, item.updated_at, ${encodingSql} AS encoding, item.embed_error, item.row_hash`;

/** By these the list is ordered; the number tells equal ones apart. */
const orders: Readonly<Record<ItemSort, { column: string; type: string; descending: boolean }>> = {
  NEWEST: { column: 'item.created_at', type: 'timestamptz', descending: true },
  UPDATED: { column: 'item.updated_at', type: 'timestamptz', descending: true },
  TITLE: { column: 'item.title', type: 'text', descending: false },
};

interface ListedColumns extends ItemColumns {
  readonly updated_at: Date;
  readonly encoding: EncodingState;
  readonly embed_error: string | null;
  readonly row_hash: string;
}

/** A page of a catalogue's items, after a cursor of the same sort. */
export async function listItems(
  pool: Pool,
  catalogue: CatalogueId,
  page: {
    readonly first: number;
    readonly after: string | null;
    readonly sort: ItemSort;
    readonly filter: ItemListFilter;
  },
): Promise<ItemPage> {
  const { column, type, descending } = orders[page.sort];
  const { where, values } = conditions(catalogue, page.filter);
  if (page.after !== null) {
    const [value, number] = readCursor(page.after);
    values.push(value, number);
    where.push(
      `(${column}, item.number) ${descending ? '<' : '>'} ($${values.length - 1}::${type}, $${values.length}::bigint)`,
    );
  }
  values.push(page.first + 1);
  const direction = descending ? 'DESC' : 'ASC';
  const result = await pool.query<ListedColumns & { position: string }>(
    `SELECT ${listedColumns}, ${column}::text AS position FROM item WHERE ${where.join(' AND ')}
     ORDER BY ${column} ${direction}, item.number ${direction} LIMIT $${values.length}`,
    values,
  );
  return {
    items: result.rows.slice(0, page.first).map((row) => ({
      item: listedItem(row),
      cursor: Buffer.from(JSON.stringify([row.position, row.number])).toString('base64url'),
    })),
    hasNextPage: result.rows.length > page.first,
  };
}

export async function countItems(
  pool: Pool,
  catalogue: CatalogueId,
  filter: ItemListFilter,
): Promise<number> {
  const { where, values } = conditions(catalogue, filter);
  const result = await pool.query<{ count: number }>(
    `SELECT count(*)::float8 AS count FROM item WHERE ${where.join(' AND ')}`,
    values,
  );
  return result.rows[0]?.count ?? 0;
}

/** Numbers of the items that fit, in their order, after a number; `limit` at most. */
export async function listItemNumbers(
  db: Queryable,
  catalogue: CatalogueId,
  filter: ItemListFilter,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly ItemNumber[]> {
  const { where, values } = conditions(catalogue, filter);
  values.push(after, limit);
  const result = await db.query<{ number: number }>(
    `SELECT item.number::float8 AS number FROM item
     WHERE ${where.join(' AND ')} AND item.number > $${values.length - 1}::bigint
     ORDER BY item.number LIMIT $${values.length}`,
    values,
  );
  return result.rows.map(({ number }) => itemNumber(number));
}

export async function findListedItem(
  db: Queryable,
  catalogue: CatalogueId,
  id: string,
): Promise<ListedItem | null> {
  const result = await db.query<ListedColumns>({
    name: 'item-listed',
    text: `SELECT ${listedColumns} FROM item
           WHERE item.catalogue_id = $1 AND item.id = $2 AND item.deleted_at IS NULL`,
    values: [catalogue, id],
  });
  return result.rows[0] === undefined ? null : listedItem(result.rows[0]);
}

function conditions(catalogue: CatalogueId, filter: ItemListFilter) {
  const where = ['item.catalogue_id = $1', 'item.deleted_at IS NULL'];
  const values: (string | number)[] = [catalogue];
  const add = (condition: (parameter: string) => string, value: string) => {
    values.push(value);
    where.push(condition(`$${values.length}`));
  };
  const words = filter.query?.trim().split(/\s+/).filter(Boolean).slice(0, 8) ?? [];
  for (const word of words) {
    add(
      (parameter) => `(item.title ILIKE '%' || ${parameter} || '%' OR item.id ILIKE ${parameter} || '%')`,
      likeText(word),
    );
  }
  if (filter.status !== undefined) add((parameter) => `item.status = ${parameter}`, filter.status);
  if (filter.encoding !== undefined) {
    add((parameter) => `${encodingSql} = ${parameter}`, filter.encoding);
    // lets Postgres use the index of waiting items
    if (filter.encoding !== 'ENCODED') where.push('item.embedded_hash IS DISTINCT FROM item.content_hash');
  }
  return { where, values };
}

/** The wildcards of LIKE stand for themselves; Postgres text knows no NUL. */
const likeText = (word: string) => word.replaceAll('\0', '').replace(/[\\%_]/g, '\\$&');

function readCursor(cursor: string): readonly [string, number] {
  try {
    const [value, number]: unknown[] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (typeof value === 'string' && !value.includes('\0') && Number.isSafeInteger(number)) {
      return [value, Number(number)];
    }
  } catch {
    // the same answer as for a cursor of something else
  }
  throw new KindlingError('BAD_INPUT', 'after is not a cursor of this list: begin at its first page', {
    field: 'after',
  });
}

const listedItem = (row: ListedColumns): ListedItem => ({
  ...storedItem(row),
  updatedAt: row.updated_at,
  encoding: row.encoding,
  encodingError: row.embed_error,
  revision: row.row_hash,
});
