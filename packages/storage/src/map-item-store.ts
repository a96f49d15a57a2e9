import type { CatalogueId, ItemNumber, ModelId } from '@kindling/domain';
import { execute, type Queryable, statement } from './database.js';

/** What a map shows of items, in columns: a hundred thousand objects would be thrown away again. */
export interface MapItems {
  /** In the order of their changes. */
  readonly numbers: readonly ItemNumber[];
  /** The first category; null where an item has none. */
  readonly categories: readonly (string | null)[];
  /** Published after `newSince`; by the rule of the item view where an item does not say when it was. */
  readonly isNew: readonly boolean[];
  readonly lives: readonly boolean[];
  /** Where to go on from. */
  readonly upTo: number;
  readonly more: boolean;
}

/** One that is changed between two reads comes twice, its newest state last. */
export async function readMapItems(
  db: Queryable,
  catalogue: CatalogueId,
  { after, newSince, limit = 10_000 }: { after: number; newSince: Date; limit?: number },
): Promise<MapItems> {
  const [row] = await execute(db, itemsSql, catalogue, after, newSince, limit);
  if (row === undefined || row.count === 0)
    return { numbers: [], categories: [], isNew: [], lives: [], upTo: after, more: false };
  const { numbers, categories, fresh, lives, upTo, count } = row;
  return { numbers: numbers as ItemNumber[], categories, isNew: fresh, lives, upTo, more: count === limit };
}

/** Numbers of the newest changes of a catalogue's items and of its vectors of a model; 0 where there are none. */
export async function newestMapChanges(
  db: Queryable,
  catalogue: CatalogueId,
  model: ModelId,
): Promise<{ readonly items: number; readonly vectors: number }> {
  return (await execute(db, newestSql, catalogue, model))[0] ?? { items: 0, vectors: 0 };
}

// what came with the catalogue, within a day of its very first item, and does not say when it was published is not new
const itemsSql = statement<
  {
    count: number;
    numbers: number[];
    categories: (string | null)[];
    fresh: boolean[];
    lives: boolean[];
    upTo: number;
  },
  [CatalogueId, number, Date, number]
>(
  'map-items',
  `WITH begun AS (SELECT min(created_at) AS at FROM item WHERE catalogue_id = $1),
   batch AS (
     SELECT number, change, categories[1] AS category, deleted_at IS NULL AS lives,
       coalesce(published_at, CASE WHEN created_at >= begun.at + interval '1 day' THEN created_at END, '-infinity') > $3 AS fresh
     FROM item, begun WHERE catalogue_id = $1 AND change > $2::bigint ORDER BY change LIMIT $4)
   SELECT count(*)::int AS count, max(change)::float8 AS "upTo",
     array_agg(number::float8 ORDER BY change) AS numbers,
     array_agg(category ORDER BY change) AS categories,
     array_agg(fresh ORDER BY change) AS fresh,
     array_agg(lives ORDER BY change) AS lives FROM batch`,
);
const newestSql = statement<{ items: number; vectors: number }, [CatalogueId, ModelId]>(
  'map-newest',
  `SELECT coalesce((SELECT change FROM item WHERE catalogue_id = $1 ORDER BY change DESC LIMIT 1), 0)::float8 AS items,
     coalesce((SELECT change FROM item_vector WHERE catalogue_id = $1 AND model_id = $2
       ORDER BY change DESC LIMIT 1), 0)::float8 AS vectors`,
);
