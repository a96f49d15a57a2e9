import { type CatalogueId, type ItemNumber, itemNumber } from '@kindling/domain';
import { execute, type Pool, statement } from './database.js';

/** Click rates that were expected of items on their first day. The first expectation stays: a later one knows more. */
export async function readExpectations(pool: Pool, catalogue: CatalogueId): Promise<Map<ItemNumber, number>> {
  const rows = await execute(pool, readSql, catalogue);
  return new Map(rows.map((row) => [itemNumber(row.number), row.rate]));
}

export async function saveExpectations(
  pool: Pool,
  catalogue: CatalogueId,
  expectations: readonly { readonly item: ItemNumber; readonly rate: number }[],
): Promise<void> {
  if (expectations.length === 0) return;
  await execute(
    pool,
    saveSql,
    catalogue,
    expectations.map(({ item }) => item),
    expectations.map(({ rate }) => rate),
  );
}

const readSql = statement<{ number: number; rate: number }, [CatalogueId]>(
  'expectation-read',
  `SELECT item_number::float8 AS number, click_rate AS rate FROM item_expectation WHERE catalogue_id = $1
   ORDER BY expected_at DESC LIMIT 5000`,
);
// An item that was deleted meanwhile takes its expectation with it.
const saveSql = statement<never, [CatalogueId, readonly number[], readonly number[]]>(
  'expectation-save',
  `INSERT INTO item_expectation (item_number, catalogue_id, click_rate)
   SELECT i.number, $1, e.rate FROM unnest($2::bigint[], $3::float8[]) AS e (number, rate)
   JOIN item AS i ON i.number = e.number AND i.catalogue_id = $1
   ON CONFLICT (item_number) DO NOTHING`,
);
