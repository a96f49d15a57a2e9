import { type CatalogueId, type JsonObject, KindlingError } from '@kindling/domain';
import { appendAudit } from './audit-store.js';
import { execute, type Pool, type Queryable, statement, transaction } from './database.js';

/** Filters and order of the catalogue's table under a name, for everybody of the catalogue. */
export interface ItemView {
  readonly name: string;
  readonly version: number;
  readonly filters: JsonObject;
  readonly changedBy: string;
  readonly changedAt: Date;
}

/** All of them stand in one menu. */
const mostViews = 100;

export async function listItemViews(db: Queryable, catalogue: CatalogueId): Promise<readonly ItemView[]> {
  return (await execute(db, listSql, catalogue)).map(viewOf);
}

/** Makes or changes a view; `expectedVersion` is the one that its editor saw, 0 for a new one. */
export function saveItemView(
  pool: Pool,
  catalogue: CatalogueId,
  { name, filters }: { readonly name: string; readonly filters: JsonObject },
  { expectedVersion, actor }: { readonly expectedVersion: number; readonly actor: string },
): Promise<ItemView> {
  return transaction(pool, async (client) => {
    const before = await listItemViews(client, catalogue);
    if (expectedVersion === 0 && before.length >= mostViews) {
      throw new KindlingError('BAD_INPUT', `A catalogue has at most ${mostViews} views: delete others`, {
        field: 'name',
      });
    }
    const json = JSON.stringify(filters);
    const [row] = await execute(client, saveSql, catalogue, name, expectedVersion, json, actor);
    if (!row) {
      const current = before.find((view) => view.name === name);
      throw new KindlingError(
        'CONFLICT',
        expectedVersion === 0
          ? `There is a view "${name}" already: choose another name, or replace that one`
          : `View "${name}" is not at version ${expectedVersion} any more: look at it again, then save`,
        { field: 'name', ...(current && { current: JSON.parse(JSON.stringify(current)) }) },
      );
    }
    const detail = { version: row.version, filters };
    await appendAudit(client, { catalogue, actor, action: 'view.save', target: name, detail });
    return viewOf(row);
  });
}

/** Whether there was one. */
export function deleteItemView(
  pool: Pool,
  catalogue: CatalogueId,
  name: string,
  actor: string,
): Promise<boolean> {
  return transaction(pool, async (client) => {
    if ((await execute(client, deleteSql, catalogue, name)).length === 0) return false;
    await appendAudit(client, { catalogue, actor, action: 'view.delete', target: name });
    return true;
  });
}

interface ViewRow {
  readonly name: string;
  readonly version: number;
  readonly filters: JsonObject;
  readonly changed_by: string;
  readonly changed_at: Date;
}
const columns = 'name, version, filters, changed_by, changed_at';
const listSql = statement<ViewRow, [CatalogueId]>(
  'view-list',
  `SELECT ${columns} FROM item_view WHERE catalogue_id = $1 ORDER BY lower(name), name`,
);
const saveSql = statement<ViewRow, [CatalogueId, string, number, string, string]>(
  'view-save',
  `WITH made AS (
     INSERT INTO item_view (catalogue_id, name, filters, changed_by)
     SELECT $1, $2, $4::jsonb, $5 WHERE $3::int = 0 ON CONFLICT DO NOTHING RETURNING ${columns}),
   changed AS (
     UPDATE item_view SET version = version + 1, filters = $4::jsonb, changed_by = $5, changed_at = now()
     WHERE catalogue_id = $1 AND name = $2 AND version = $3::int RETURNING ${columns})
   SELECT ${columns} FROM made UNION ALL SELECT ${columns} FROM changed`,
);
const deleteSql = statement<{ name: string }, [CatalogueId, string]>(
  'view-delete',
  'DELETE FROM item_view WHERE catalogue_id = $1 AND name = $2 RETURNING name',
);

const viewOf = ({ name, version, filters, changed_by, changed_at }: ViewRow): ItemView => ({
  name,
  version,
  filters,
  changedBy: changed_by,
  changedAt: changed_at,
});
