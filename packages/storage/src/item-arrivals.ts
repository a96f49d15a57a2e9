import { type CatalogueId, type ItemNumber, itemId, itemNumber, type ModelId } from '@kindling/domain';
import type { CatalogueItem } from '@kindling/recommender';
import { execute, type Queryable, statement } from './database.js';
import { vectorOf } from './vector-store.js';

/** Items that arrived after a trained model was made. */
export interface ArrivalQuery {
  /** The newest item that the model knows: numbers rise with arrival. */
  readonly after: ItemNumber;
  /** No arrival was created earlier: it bounds what is looked at. */
  readonly since: Date;
  /** Whose vectors are wanted; an item without one comes without, and so do all when this is null. */
  readonly encoderModel: ModelId | null;
  /** Items at most, the newest ones. */
  readonly limit: number;
}

/** Living arrivals as training sees them, newest first. */
export async function readArrivals(
  db: Queryable,
  catalogue: CatalogueId,
  query: ArrivalQuery,
): Promise<readonly CatalogueItem[]> {
  const rows = await execute(db, arrivalsSql, ...valuesOf(catalogue, query));
  return rows.map(({ id, number, vector, ...content }) => ({
    ...content,
    id: itemId(id),
    number: itemNumber(number),
    vector: vector === null ? null : vectorOf(vector),
  }));
}

/** A text that differs when one of the arrivals came, changed, was encoded or went; empty when there are none. */
export async function versionOfArrivals(
  db: Queryable,
  catalogue: CatalogueId,
  query: ArrivalQuery,
): Promise<string> {
  const [row] = await execute(db, versionSql, ...valuesOf(catalogue, query));
  return row?.version ?? '';
}

type Values = [CatalogueId, ItemNumber, Date, ModelId | null, number];
const valuesOf = (catalogue: CatalogueId, { after, since, encoderModel, limit }: ArrivalQuery): Values => [
  catalogue,
  after,
  since,
  encoderModel,
  limit,
];

const arrived = `(SELECT number, change FROM item
  WHERE catalogue_id = $1 AND created_at >= $3 AND number > $2::bigint AND deleted_at IS NULL
  ORDER BY created_at DESC, number DESC LIMIT $5)`;

const arrivalsSql = statement<
  Omit<CatalogueItem, 'id' | 'number' | 'vector'> & { id: string; number: number; vector: Buffer | null },
  Values
>(
  'arrivals',
  `SELECT item.number::float8 AS number, item.id, item.title, item.description, item.categories, item.tags,
     item.attributes, item.price, v.vector
   FROM ${arrived} AS a JOIN item USING (number)
   LEFT JOIN item_vector AS v ON v.item_number = item.number AND v.model_id = $4
   ORDER BY item.number DESC`,
);
const versionSql = statement<{ version: string }, Values>(
  'arrivals-version',
  `SELECT concat_ws('/', sum(a.number), max(a.change), count(v.change), max(v.change)) AS version
   FROM ${arrived} AS a LEFT JOIN item_vector AS v ON v.item_number = a.number AND v.model_id = $4
   HAVING count(*) > 0`,
);
