import { editItem, type FieldEdit, fieldsOf, type Item, type ItemNumber, itemSchema } from '@kindling/domain';
import { inChangeTransaction } from './change-sequence.js';
import { execute, type Pool, type PoolClient, statement } from './database.js';
import { type ItemEditRun, nextEdited } from './item-edit-store.js';
import { type ItemColumns, itemColumns, itemRowHash, storedItem } from './item-row.js';
import { type ItemWriter, prepareItems, removeItems, writeItems } from './item-store.js';

/**
 * Deals with the next items of an edit, in one transaction with what became of each: a worker that dies loses no more
 * than the batch. Answers how far it has come; null when it is over, or another worker has gone on with it.
 */
export async function editNextItems(
  pool: Pool,
  run: ItemEditRun,
  { batchItems, beforeCommit }: { readonly batchItems: number; readonly beforeCommit: () => void },
): Promise<ItemEditRun | null> {
  const numbers = await nextEdited(pool, run, batchItems);
  return inChangeTransaction(pool, run.catalogue, async (client) => {
    const rows =
      run.undoes === null ? await edited(client, run, numbers) : await restored(client, run, numbers);
    const count = (outcome: Outcome) => rows.filter((row) => row.outcome === outcome).length;
    const done = run.done + numbers.length;
    const isOver = done >= run.total || numbers.length === 0;
    const counts = {
      changed: run.changed + count('CHANGED'),
      unchanged: run.unchanged + count('UNCHANGED'),
      refused: run.refused + count('REFUSED'),
    };
    const { changed, unchanged, refused } = counts;
    const advanced = await execute(
      client,
      advanceSql,
      run.id,
      run.done,
      done,
      changed,
      unchanged,
      refused,
      isOver,
    );
    if (advanced.length === 0) throw new TakenOver();
    const kept = rows.filter(({ outcome }) => outcome !== 'UNCHANGED');
    await execute(client, rowsSql, run.id, JSON.stringify(kept));
    beforeCommit();
    return isOver ? null : { ...run, ...counts, done };
  }).catch((error: unknown) => {
    if (error instanceof TakenOver) return null;
    throw error;
  });
}

/** Rolls the batch back: the items are as the other worker left them. */
class TakenOver extends Error {}

type Outcome = 'CHANGED' | 'UNCHANGED' | 'REFUSED';
interface RowResult {
  readonly number: ItemNumber;
  readonly outcome: Outcome;
  readonly reason?: string;
  readonly before?: Partial<Item>;
  readonly after_hash?: string;
}
interface EditableItem {
  readonly number: ItemNumber;
  readonly item: Item;
  readonly rowHash: string;
  readonly isDeleted: boolean;
}

async function readEditable(
  client: PoolClient,
  run: ItemEditRun,
  numbers: readonly ItemNumber[],
): Promise<readonly EditableItem[]> {
  const rows = await execute(client, editableSql, run.catalogue, numbers);
  return rows.map((row) => {
    const { number, createdAt: _, ...item } = storedItem(row);
    return { number, item, rowHash: row.row_hash, isDeleted: row.deleted };
  });
}

async function edited(
  client: PoolClient,
  run: ItemEditRun,
  numbers: readonly ItemNumber[],
): Promise<RowResult[]> {
  const { edit } = run;
  const found = (await readEditable(client, run, numbers)).filter(({ isDeleted }) => !isDeleted);
  if (edit === null) return [];
  if (edit.kind === 'DELETE') {
    await removeItems(
      client,
      run.catalogue,
      found.map(({ item }) => item.id),
      writerOf(run),
    );
    return found.map(({ number, rowHash }) => ({
      number,
      outcome: 'CHANGED',
      before: {},
      after_hash: rowHash,
    }));
  }
  return changeAll(client, run, found, (one) => changedBy(one, edit));
}

function changedBy({ item }: EditableItem, edit: FieldEdit): Change {
  const result = editItem(item, edit);
  return 'problem' in result ? result : { ...result, before: fieldsOf(item, edit) };
}

/** Puts back what the edit changed, where an item is still as the edit left it. */
async function restored(
  client: PoolClient,
  run: ItemEditRun,
  numbers: readonly ItemNumber[],
): Promise<RowResult[]> {
  const befores = new Map(
    (await execute(client, beforeSql, run.undoes ?? '', numbers)).map((row) => [row.number, row] as const),
  );
  const found = await readEditable(client, run, numbers);
  return changeAll(client, run, found, ({ number, item, rowHash, isDeleted }) => {
    const row = befores.get(number);
    const wasDeleted = row !== undefined && row.kind === 'DELETE';
    if (row === undefined || row.after_hash !== rowHash || isDeleted !== wasDeleted)
      return { problem: 'was changed since' };
    const parsed = itemSchema.safeParse({ ...item, ...row.before });
    return parsed.success
      ? { item: parsed.data, before: {} }
      : { problem: 'is not valid any more as it was' };
  });
}

const writerOf = ({ id, requestedBy }: ItemEditRun): ItemWriter => ({ actor: requestedBy, editId: id });

type Change = { readonly item: Item; readonly before: Partial<Item> } | { readonly problem: string };

async function changeAll(
  client: PoolClient,
  run: ItemEditRun,
  found: readonly EditableItem[],
  changeOf: (item: EditableItem) => Change,
): Promise<RowResult[]> {
  const changes = found.map((one) => [one, changeOf(one)] as const);
  const writes = changes.flatMap(([{ number }, change]) =>
    'problem' in change ? [] : [{ number, ...change }],
  );
  // the worker that encodes renders the text when the item's turn comes
  const outcomes = await writeItems(
    client,
    run.catalogue,
    prepareItems(writes.map(({ item }) => ({ item, contentHash: null }))),
    writerOf(run),
  );
  const refused = changes.flatMap(([{ number }, change]): RowResult[] =>
    'problem' in change ? [{ number, outcome: 'REFUSED', reason: change.problem }] : [],
  );
  return [
    ...refused,
    ...writes.map(
      ({ number, item, before }, at): RowResult =>
        outcomes[at] === 'UNCHANGED'
          ? { number, outcome: 'UNCHANGED' }
          : { number, outcome: 'CHANGED', before, after_hash: itemRowHash(item) },
    ),
  ];
}

const editableSql = statement<
  ItemColumns & { row_hash: string; deleted: boolean },
  [CatalogueId: ItemEditRun['catalogue'], numbers: readonly ItemNumber[]]
>(
  'edit-items',
  `SELECT ${itemColumns}, item.row_hash, item.deleted_at IS NOT NULL AS deleted FROM item
   WHERE item.catalogue_id = $1 AND item.number = ANY ($2::bigint[]) ORDER BY item.number`,
);
const beforeSql = statement<
  { number: ItemNumber; before: Partial<Item>; after_hash: string; kind: string },
  [string, readonly ItemNumber[]]
>(
  'edit-before',
  `SELECT row.item_number::float8 AS number, row.before, row.after_hash, item_edit.edit ->> 'kind' AS kind
   FROM item_edit_row AS row JOIN item_edit ON item_edit.id = row.edit_id
   WHERE row.edit_id = $1::uuid AND row.item_number = ANY ($2::bigint[]) AND row.outcome = 'CHANGED'`,
);
const advanceSql = statement<{ id: string }, [string, number, number, number, number, number, boolean]>(
  'edit-advance',
  `UPDATE item_edit SET done = $3, changed = $4, unchanged = $5, refused = $6, attempts = 0,
     status = CASE WHEN $7 THEN 'SUCCEEDED' ELSE status END, finished_at = CASE WHEN $7 THEN now() END
   WHERE id = $1::uuid AND done = $2 AND status = 'RUNNING' RETURNING id`,
);
const rowsSql = statement<never, [string, string]>(
  'edit-rows',
  `INSERT INTO item_edit_row (edit_id, item_number, outcome, reason, before, after_hash)
   SELECT $1::uuid, number, outcome, reason, before, after_hash
   FROM json_to_recordset($2::json) AS row (number bigint, outcome text, reason text, before jsonb, after_hash text)`,
);
