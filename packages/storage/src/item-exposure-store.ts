import type { CatalogueId, ItemNumber } from '@kindling/domain';
import { execute, type Queryable, statement } from './database.js';

/** How often an item was shown while it was new. */
export interface ItemExposure {
  readonly impressions: number;
  /** At the age of 0 to 14 days. */
  readonly daily: readonly number[];
  readonly lastAt: Date;
}

/** Null: it was never shown while it was new. */
export async function readItemExposure(
  db: Queryable,
  catalogue: CatalogueId,
  number: ItemNumber,
): Promise<ItemExposure | null> {
  return (await execute(db, oneSql, catalogue, number))[0] ?? null;
}

const oneSql = statement<ItemExposure, [CatalogueId, ItemNumber]>(
  'item-exposure',
  `SELECT impressions, daily, last_at AS "lastAt" FROM item_exposure WHERE catalogue_id = $1 AND item_number = $2`,
);
