import { randomUUID } from 'node:crypto';
import {
  type CatalogueId,
  catalogueId,
  type ItemEdit,
  type ItemNumber,
  itemEditSchema,
  itemNumber,
  KindlingError,
} from '@kindling/domain';
import type { AuditAction } from './audit-actions.js';
import { appendAudit } from './audit-store.js';
import { changeChannel } from './change-sequence.js';
import { execute, type Pool, type PoolClient, type Queryable, statement, transaction } from './database.js';
import { countItems, type ItemListFilter, listItemNumbers } from './item-list.js';

export type ItemEditStatus = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED';

/** One edit of many items: what was asked for, and how far it has come. */
export interface ItemEditRun {
  readonly id: string;
  readonly number: number;
  readonly catalogue: CatalogueId;
  /** Null: it takes back the edit `undoes`. */
  readonly edit: ItemEdit | null;
  readonly undoes: string | null;
  readonly status: ItemEditStatus;
  readonly total: number;
  readonly done: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: number;
  readonly error: string | null;
  readonly requestedBy: string;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  /** It has ended and changed something, lately, and is not taken back. */
  readonly canUndo: boolean;
}

/** Which items: by the caller's ids, by our numbers, or all that fit a filter when the edit is asked for. */
export type ItemSelection =
  | { readonly ids: readonly string[] }
  | { readonly numbers: readonly number[] }
  | { readonly filter: ItemListFilter };

/** Items of one edit; more are the work of an import. */
export const mostEdited = 200_000;
const mostOpen = 5;
const keptDays = 7;
/** Taken up so often without an end, it has failed. */
const mostAttempts = 5;

/** How many living items a selection is now. */
export async function countSelected(
  pool: Pool,
  catalogue: CatalogueId,
  selection: ItemSelection,
): Promise<number> {
  if ('filter' in selection) return countItems(pool, catalogue, selection.filter);
  return (await selectedNumbers(pool, catalogue, selection)).length;
}

/** Writes down what is wanted, with its audit entry, and wakes the workers. */
export function startItemEdit(
  pool: Pool,
  catalogue: CatalogueId,
  {
    edit,
    selection,
    actor,
  }: { readonly edit: ItemEdit; readonly selection: ItemSelection; readonly actor: string },
): Promise<ItemEditRun> {
  return transaction(pool, async (client) => {
    const numbers = await selectedNumbers(client, catalogue, selection);
    if (numbers.length > mostEdited) {
      throw new KindlingError(
        'BAD_INPUT',
        `The selection has more than ${mostEdited} items: narrow its filter, or import a file`,
        { field: 'selection' },
      );
    }
    return insert(client, catalogue, { edit, undoes: null, numbers, actor, action: 'items.edit' });
  });
}

/** Takes an edit back, where nobody has changed the items since: an edit of its own. */
export function startItemUndo(
  pool: Pool,
  catalogue: CatalogueId,
  id: string,
  actor: string,
): Promise<ItemEditRun> {
  return transaction(pool, async (client) => {
    const run = await findItemEdit(client, catalogue, id);
    if (run === null)
      throw new KindlingError('NOT_FOUND', `There is no edit "${id.slice(0, 40)}"`, { field: 'id' });
    if (!run.canUndo) {
      throw new KindlingError(
        'CONFLICT',
        `This edit cannot be taken back: it has not ended, changed nothing, is older than ${keptDays} days, or was taken back before`,
        { field: 'id' },
      );
    }
    const rows = await execute(client, changedSql, id);
    const numbers = rows.map(({ number }) => itemNumber(number));
    return insert(client, catalogue, { edit: null, undoes: id, numbers, actor, action: 'items.undo' });
  });
}

export async function findItemEdit(
  db: Queryable,
  catalogue: CatalogueId,
  id: string,
): Promise<ItemEditRun | null> {
  const [row] = await execute(db, oneSql, catalogue, id);
  return row ? runOf(row) : null;
}

/** Newest first, after the number of the last one seen. */
export async function listItemEdits(
  db: Queryable,
  catalogue: CatalogueId,
  page: { readonly first: number; readonly before: number | null },
): Promise<readonly ItemEditRun[]> {
  return (await execute(db, pageSql, catalogue, page.before, page.first)).map(runOf);
}

/** Edits that changed one item, the newest first. */
export async function listEditsOfItem(
  db: Queryable,
  catalogue: CatalogueId,
  number: ItemNumber,
  limit: number,
): Promise<readonly ItemEditRun[]> {
  return (await execute(db, ofItemSql, catalogue, number, limit)).map(runOf);
}

/** Items that were refused, with why, in the order of their numbers. */
export async function listRefusedRows(
  db: Queryable,
  id: string,
  limit: number,
): Promise<readonly { readonly id: string; readonly reason: string }[]> {
  return execute(db, refusedSql, id, limit);
}

/** Edits that a worker should take up, oldest first. */
export async function findOpenItemEdits(db: Queryable, limit = 100): Promise<readonly string[]> {
  return (await execute(db, openSql, limit)).map(({ id }) => id);
}

/** Takes up an edit where it stopped; null when it is over. One that kills its workers has failed. */
export async function takeUpItemEdit(db: Queryable, id: string): Promise<ItemEditRun | null> {
  const [row] = await execute(db, takeSql, id);
  if (!row) return null;
  if (row.attempts <= mostAttempts) return runOf(row);
  await failItemEdit(
    db,
    id,
    `The worker died ${mostAttempts} times after ${row.done} items: look into its log.`,
  );
  return null;
}

export async function failItemEdit(db: Queryable, id: string, error: string): Promise<void> {
  await execute(db, failSql, id, error);
}

/** The next items of an edit, from `done` on. */
export async function nextEdited(
  db: Queryable,
  run: ItemEditRun,
  limit: number,
): Promise<readonly ItemNumber[]> {
  const [row] = await execute(db, nextSql, run.id, run.done + 1, run.done + limit);
  return (row?.numbers ?? []).map(itemNumber);
}

async function selectedNumbers(
  db: Queryable,
  catalogue: CatalogueId,
  selection: ItemSelection,
): Promise<readonly ItemNumber[]> {
  if ('filter' in selection)
    return listItemNumbers(db, catalogue, selection.filter, { after: 0, limit: mostEdited + 1 });
  const rows =
    'ids' in selection
      ? await execute(db, byIdSql, catalogue, selection.ids)
      : await execute(db, byNumberSql, catalogue, selection.numbers);
  return rows.map(({ number }) => itemNumber(number));
}

async function insert(
  client: PoolClient,
  catalogue: CatalogueId,
  wanted: {
    readonly edit: ItemEdit | null;
    readonly undoes: string | null;
    readonly numbers: readonly ItemNumber[];
    readonly actor: string;
    readonly action: AuditAction;
  },
): Promise<ItemEditRun> {
  const { edit, undoes, numbers, actor, action } = wanted;
  await execute(client, lockSql, catalogue);
  const [open] = await execute(client, countOpenSql, catalogue);
  if ((open?.count ?? 0) >= mostOpen) {
    throw new KindlingError(
      'UNAVAILABLE',
      `${mostOpen} edits of items are not done yet: wait for one to end`,
      {
        retryAfterMs: 2_000,
      },
    );
  }
  await execute(client, forgetSql, catalogue, keptDays);
  const id = randomUUID();
  const [row] = await execute(client, insertSql, id, catalogue, JSON.stringify(edit), numbers, undoes, actor);
  if (!row) throw new KindlingError('INTERNAL', 'An inserted edit did not come back');
  const detail = undoes === null ? { edit: JSON.parse(JSON.stringify(edit)) } : { undoes };
  await appendAudit(client, {
    catalogue,
    actor,
    action,
    target: id,
    detail: { ...detail, items: numbers.length },
  });
  await client.query('SELECT pg_notify($1, $2)', [changeChannel, catalogue]);
  return runOf(row);
}

interface EditRow {
  readonly id: string;
  readonly number: number;
  readonly catalogue_id: string;
  readonly edit: unknown;
  readonly undoes: string | null;
  readonly status: ItemEditStatus;
  readonly total: number;
  readonly done: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: number;
  readonly attempts: number;
  readonly error: string | null;
  readonly requested_by: string;
  readonly created_at: Date;
  readonly finished_at: Date | null;
  readonly can_undo: boolean;
}
const columns = `item_edit.number::float8 AS number, id, catalogue_id, edit, undoes, status, total, done, changed, unchanged,
  refused, attempts, error, requested_by, created_at, finished_at,
  (status IN ('SUCCEEDED', 'FAILED') AND changed > 0 AND undoes IS NULL
    AND finished_at > now() - interval '${keptDays} days'
    AND NOT EXISTS (SELECT FROM item_edit AS later WHERE later.undoes = item_edit.id)) AS can_undo`;

const lockSql = statement<never, [CatalogueId]>(
  'edit-lock',
  `SELECT pg_advisory_xact_lock(hashtextextended('kindling item edits ' || $1::text, 0))`,
);
const countOpenSql = statement<{ count: number }, [CatalogueId]>(
  'edit-count-open',
  `SELECT count(*)::int AS count FROM item_edit WHERE catalogue_id = $1 AND status IN ('QUEUED', 'RUNNING')`,
);
const forgetSql = statement<never, [CatalogueId, number]>(
  'edit-forget',
  `DELETE FROM item_edit WHERE catalogue_id = $1 AND finished_at < now() - $2 * interval '1 day'`,
);
const insertSql = statement<EditRow, [string, CatalogueId, string, readonly number[], string | null, string]>(
  'edit-start',
  `INSERT INTO item_edit (id, catalogue_id, edit, items, total, undoes, requested_by)
   VALUES ($1, $2, $3::jsonb, $4::bigint[], cardinality($4::bigint[]), $5, $6) RETURNING ${columns}`,
);
const oneSql = statement<EditRow, [CatalogueId, string]>(
  'edit-one',
  `SELECT ${columns} FROM item_edit WHERE catalogue_id = $1 AND id = $2::uuid`,
);
const pageSql = statement<EditRow, [CatalogueId, number | null, number]>(
  'edit-page',
  `SELECT ${columns} FROM item_edit
   WHERE catalogue_id = $1 AND ($2::bigint IS NULL OR item_edit.number < $2::bigint)
   ORDER BY item_edit.number DESC LIMIT $3`,
);
const ofItemSql = statement<EditRow, [CatalogueId, number, number]>(
  'edit-of-item',
  `SELECT ${columns} FROM item_edit
   WHERE catalogue_id = $1 AND id IN (
     SELECT edit_id FROM item_edit_row WHERE item_number = $2::bigint AND outcome = 'CHANGED')
   ORDER BY item_edit.number DESC LIMIT $3`,
);
const changedSql = statement<{ number: number }, [string]>(
  'edit-changed',
  `SELECT item_number::float8 AS number FROM item_edit_row WHERE edit_id = $1::uuid AND outcome = 'CHANGED'
   ORDER BY item_number`,
);
const refusedSql = statement<{ id: string; reason: string }, [string, number]>(
  'edit-refused',
  `SELECT item.id, row.reason FROM item_edit_row AS row JOIN item ON item.number = row.item_number
   WHERE row.edit_id = $1::uuid AND row.outcome = 'REFUSED' ORDER BY row.item_number LIMIT $2`,
);
const openSql = statement<{ id: string }, [number]>(
  'edit-open',
  `SELECT id FROM item_edit WHERE status IN ('QUEUED', 'RUNNING') ORDER BY item_edit.number LIMIT $1`,
);
const takeSql = statement<EditRow, [string]>(
  'edit-take',
  `UPDATE item_edit SET status = 'RUNNING', attempts = attempts + 1
   WHERE id = $1::uuid AND status IN ('QUEUED', 'RUNNING') RETURNING ${columns}`,
);
const failSql = statement<never, [string, string]>(
  'edit-fail',
  `UPDATE item_edit SET status = 'FAILED', error = $2, finished_at = now()
   WHERE id = $1::uuid AND status IN ('QUEUED', 'RUNNING')`,
);
const nextSql = statement<{ numbers: number[] }, [string, number, number]>(
  'edit-next',
  `SELECT items[$2:$3]::float8[] AS numbers FROM item_edit WHERE id = $1::uuid`,
);
const byIdSql = statement<{ number: number }, [CatalogueId, readonly string[]]>(
  'edit-by-id',
  `SELECT number::float8 AS number FROM item
   WHERE catalogue_id = $1 AND id = ANY ($2::text[]) AND deleted_at IS NULL ORDER BY item.number`,
);
const byNumberSql = statement<{ number: number }, [CatalogueId, readonly number[]]>(
  'edit-by-number',
  `SELECT number::float8 AS number FROM item
   WHERE catalogue_id = $1 AND item.number = ANY ($2::bigint[]) AND deleted_at IS NULL ORDER BY item.number`,
);

const runOf = (row: EditRow): ItemEditRun => ({
  id: row.id,
  number: row.number,
  catalogue: catalogueId(row.catalogue_id),
  edit: itemEditSchema.safeParse(row.edit).data ?? null,
  undoes: row.undoes,
  status: row.status,
  total: row.total,
  done: row.done,
  changed: row.changed,
  unchanged: row.unchanged,
  refused: row.refused,
  error: row.error,
  requestedBy: row.requested_by,
  createdAt: row.created_at,
  finishedAt: row.finished_at,
  canUndo: row.can_undo,
});
