import { type CatalogueId, KindlingError } from '@kindling/domain';
import { appendAudit } from './audit-store.js';
import { inChangeTransaction } from './change-sequence.js';
import { execute, type Pool, type PoolClient, statement } from './database.js';
import { type ItemColumns, itemColumns, storedItem } from './item-row.js';
import { type ItemOutcome, type ItemWrite, prepareItems, writeItems } from './item-store.js';

/**
 * Saves one item, as somebody wrote it in a form. `expectedRevision` is that of the item that they saw; null makes a
 * new one. When somebody else was faster it is a CONFLICT that carries the stored item, and nothing is overwritten.
 */
export function saveItem(
  pool: Pool,
  catalogue: CatalogueId,
  write: ItemWrite,
  { expectedRevision, actor }: { readonly expectedRevision: string | null; readonly actor: string },
): Promise<ItemOutcome> {
  const prepared = prepareItems([write]);
  return inChangeTransaction(pool, catalogue, async (client) => {
    const stored = await readStored(client, catalogue, write.item.id);
    if (stored?.revision !== (expectedRevision ?? undefined))
      throw conflict(write.item.id, expectedRevision, stored);
    const [outcome = 'UNCHANGED'] = await writeItems(client, catalogue, prepared, { actor });
    if (outcome === 'UNCHANGED') return outcome;
    const changed = await execute(client, changedSql, catalogue, write.item.id);
    await appendAudit(client, {
      catalogue,
      actor,
      action: 'item.save',
      target: write.item.id,
      // the values stand in the item's history
      detail: stored === null ? { created: true } : { fields: changed.map(({ field }) => field) },
    });
    return outcome;
  });
}

type Stored = Awaited<ReturnType<typeof readStored>>;

/** The living item, with who changed it last. */
async function readStored(client: PoolClient, catalogue: CatalogueId, id: string) {
  const [row] = await execute(client, storedSql, catalogue, id);
  if (!row) return null;
  const { number: _, createdAt: __, ...item } = storedItem(row);
  return { item, revision: row.row_hash, author: row.actor ?? row.made_by };
}

function conflict(id: string, expected: string | null, stored: Stored): KindlingError {
  if (stored === null) {
    return new KindlingError('NOT_FOUND', `There is no item "${id.slice(0, 80)}" any more: it was deleted`, {
      field: 'input.id',
    });
  }
  const text =
    expected === null
      ? `There is an item "${id.slice(0, 80)}" already: choose another id, or open that one`
      : `Item "${id.slice(0, 80)}" is not as you saw it any more: look at the other change, then save`;
  return new KindlingError('CONFLICT', text, {
    field: 'expectedRevision',
    current: JSON.parse(JSON.stringify(stored)),
  });
}

const storedSql = statement<
  ItemColumns & { row_hash: string; made_by: string | null; actor: string | null },
  [CatalogueId, string]
>(
  'item-save-stored',
  `SELECT ${itemColumns}, item.row_hash, item.made_by,
     (SELECT actor FROM item_history WHERE item_number = item.number ORDER BY item_history.id DESC LIMIT 1) AS actor
   FROM item WHERE item.catalogue_id = $1 AND item.id = $2 AND item.deleted_at IS NULL`,
);
const changedSql = statement<{ field: string }, [CatalogueId, string]>(
  'item-save-changed',
  `SELECT jsonb_object_keys(fields) AS field FROM (
     SELECT fields FROM item_history JOIN item ON item.number = item_number
     WHERE item.catalogue_id = $1 AND item.id = $2 ORDER BY item_history.id DESC LIMIT 1) AS newest ORDER BY 1`,
);
