import { type CatalogueId, KindlingError } from '@kindling/domain';
import { type PlacementKind, placementKinds } from '@kindling/recommender';
import { z } from 'zod';
import { appendAudit } from './audit-store.js';
import { execute, type Pool, type PoolClient, type Queryable, statement, transaction } from './database.js';
import { lockNames, placementUses, refuseUsed } from './name-use.js';

/** A named spot of a site. */
export interface Placement {
  readonly key: string;
  readonly version: number;
  readonly name: string;
  readonly kind: PlacementKind;
  readonly strategyKey: string;
  readonly size: number;
  /** Keys of strategies to fall back to, in order, before plain popularity. */
  readonly fallback: readonly string[];
  readonly updatedAt: Date;
}

export async function listPlacements(db: Queryable, catalogue: CatalogueId): Promise<readonly Placement[]> {
  return (await execute(db, listSql, catalogue)).map(placementOf);
}

/** What of a placement a list is made by. */
export type PlacementThen = Pick<Placement, 'key' | 'kind' | 'size' | 'strategyKey'>;

/** As it was at a time. Null: there was none; undefined: that is not known any more. */
export async function findPlacementAt(
  db: Queryable,
  catalogue: CatalogueId,
  key: string,
  at: Date,
): Promise<PlacementThen | null | undefined> {
  const [row] = await execute(db, thenSql, catalogue, key, at);
  // Versions are kept from the beginning on, but for those from before they were kept at all.
  if (!row) return null;
  if (row.created_at > at) return row.version === 1 ? null : undefined;
  const { kind, size, strategyKey } = placementOf({ ...row, updated_at: row.created_at });
  return row.deleted ? null : { key, kind, size, strategyKey };
}

/** Makes or changes a placement; `expectedVersion` as in saveStrategy. Its strategies have to exist. One
 * that was deleted comes back with version 0, under the next number. */
export async function savePlacement(
  pool: Pool,
  catalogue: CatalogueId,
  placement: Omit<Placement, 'version' | 'updatedAt'> & { readonly expectedVersion: number },
  actor: string,
): Promise<Placement> {
  return transaction(pool, async (client) => {
    await lockNames(client, catalogue);
    await checkStrategies(client, catalogue, placement);
    const [row] = await execute(
      client,
      saveSql,
      catalogue,
      placement.key,
      placement.expectedVersion,
      placement.name,
      placement.kind,
      placement.strategyKey,
      placement.size,
      JSON.stringify(placement.fallback),
    );
    if (!row) {
      throw stale(placement, await findPlacement(client, catalogue, placement.key), 'save');
    }
    await appendAudit(client, {
      catalogue,
      actor,
      action: 'placement.save',
      target: placement.key,
      detail: detailOf(row),
    });
    return placementOf(row);
  });
}

/**
 * Takes a placement away and answers what it was: to bring it back, save that again. Refused with the names of the
 * rules and experiments that are for it, and for the ones that a query asks for when it names none.
 */
export async function deletePlacement(
  pool: Pool,
  catalogue: CatalogueId,
  { key, expectedVersion }: Pick<Placement, 'key'> & { readonly expectedVersion: number },
  actor: string,
): Promise<Placement> {
  return transaction(pool, async (client) => {
    await lockNames(client, catalogue);
    const current = await findPlacement(client, catalogue, key);
    if (!current) throw new KindlingError('NOT_FOUND', `There is no placement "${key}"`, { field: 'key' });
    if (current.version !== expectedVersion) throw stale({ key, expectedVersion }, current, 'delete');
    await refuseUsed(`Placement "${key}"`, await placementUses(client, catalogue, key));
    const [row] = await execute(client, deleteSql, catalogue, key, expectedVersion);
    if (!row) throw stale({ key, expectedVersion }, await findPlacement(client, catalogue, key), 'delete');
    const detail = detailOf(row);
    await appendAudit(client, { catalogue, actor, action: 'placement.delete', target: key, detail });
    return placementOf(row);
  });
}

const detailOf = (row: PlacementRow) => ({
  version: row.version,
  name: row.name,
  kind: row.kind,
  strategy: row.strategy_key,
  size: row.size,
  fallback: placementOf(row).fallback.slice(),
});

const findPlacement = async (client: PoolClient, catalogue: CatalogueId, key: string) =>
  (await listPlacements(client, catalogue)).find((one) => one.key === key);

const stale = (
  { key, expectedVersion }: { readonly key: string; readonly expectedVersion: number },
  current: Placement | undefined,
  then: 'save' | 'delete',
) =>
  new KindlingError(
    'CONFLICT',
    `Placement "${key}" is not at version ${expectedVersion} any more: look at the other change, then ${then}`,
    { field: 'expectedVersion', ...(current && { current: JSON.parse(JSON.stringify(current)) }) },
  );

/** All that name none at once, so that they are mended in one go. */
async function checkStrategies(
  client: PoolClient,
  catalogue: CatalogueId,
  { strategyKey, fallback }: Pick<Placement, 'strategyKey' | 'fallback'>,
): Promise<void> {
  const named = [
    { field: 'strategyKey', key: strategyKey },
    ...fallback.map((key, index) => ({ field: `fallback.${index}`, key })),
  ];
  const rows = await execute(client, knownSql, catalogue, [...new Set(named.map(({ key }) => key))]);
  const known = new Set(rows.map(({ key }) => key));
  const problems = named
    .filter(({ key }) => !known.has(key))
    .map(({ field, key }) => ({ field, message: `There is no strategy "${key}"` }));
  const [first] = problems;
  if (first) throw new KindlingError('NOT_FOUND', first.message, { field: first.field, problems });
}

const defaultPlacements = [
  { key: 'home', name: 'Home page', kind: 'PERSONAL', size: 10, strategy: 'cold-start' },
  { key: 'new-arrivals', name: 'New arrivals', kind: 'NEW_ARRIVALS', size: 10, strategy: 'new-arrivals' },
  { key: 'trending', name: 'Trending now', kind: 'TRENDING', size: 10, strategy: 'cold-start' },
  { key: 'cart', name: 'Goes with your cart', kind: 'COMPLEMENTARY', size: 6, strategy: 'cold-start' },
  { key: 'similar', name: 'More like this', kind: 'SIMILAR', size: 10, strategy: 'cold-start' },
  { key: 'search', name: 'Search results', kind: 'SEARCH', size: 20, strategy: 'cold-start' },
] as const;

/** What the queries ask for when they name no placement. */
export async function insertDefaultPlacements(client: PoolClient, catalogue: CatalogueId): Promise<void> {
  for (const { key, name, kind, size, strategy } of defaultPlacements) {
    await execute(client, saveSql, catalogue, key, 0, name, kind, strategy, size, '[]');
  }
}

interface PlacementRow {
  readonly key: string;
  readonly version: number;
  readonly name: string;
  readonly kind: string;
  readonly strategy_key: string;
  readonly size: number;
  readonly fallback: unknown;
  readonly updated_at: Date;
}
const columns = 'key, version, name, kind, strategy_key, size, fallback, updated_at';
const listSql = statement<PlacementRow, [CatalogueId]>(
  'placement-list',
  `SELECT ${columns} FROM placement WHERE catalogue_id = $1 ORDER BY key`,
);
const knownSql = statement<{ key: string }, [CatalogueId, readonly string[]]>(
  'placement-strategies',
  `SELECT key FROM (SELECT DISTINCT ON (key) key, archived FROM strategy
     WHERE catalogue_id = $1 AND key = ANY ($2::text[]) ORDER BY key, version DESC) AS newest WHERE NOT archived`,
);
// The newest by then; where there is none, the oldest one says whether it was there before.
const thenSql = statement<
  Omit<PlacementRow, 'updated_at'> & { readonly deleted: boolean; readonly created_at: Date },
  [CatalogueId, string, Date]
>(
  'placement-then',
  `SELECT key, version, name, kind, strategy_key, size, fallback, deleted, created_at FROM placement_version
   WHERE catalogue_id = $1 AND key = $2
   ORDER BY created_at <= $3 DESC, CASE WHEN created_at <= $3 THEN -version ELSE version END LIMIT 1`,
);
/** Keeps the rows of the CTE `saved` as versions. */
export const keepPlacements = (deleted: boolean) => `
   kept AS (
     INSERT INTO placement_version (catalogue_id, key, version, name, kind, strategy_key, size, fallback, deleted)
     SELECT $1, key, version, name, kind, strategy_key, size, fallback, ${deleted} FROM saved)`;
// The row goes with a version of its own, so that one that is made again later goes on from there.
const deleteSql = statement<PlacementRow, [CatalogueId, string, number]>(
  'placement-delete',
  `WITH gone AS (
     DELETE FROM placement WHERE catalogue_id = $1 AND key = $2 AND version = $3::int RETURNING ${columns}),
   saved AS (SELECT key, version + 1 AS version, name, kind, strategy_key, size, fallback FROM gone),
   ${keepPlacements(true)}
   SELECT ${columns} FROM gone`,
);
// Version 0 may only insert, any other only update: two editors cannot both win.
const saveSql = statement<
  PlacementRow,
  [CatalogueId, string, number, string, string, string, number, string]
>(
  'placement-save',
  `WITH made AS (
     INSERT INTO placement (catalogue_id, key, version, name, kind, strategy_key, size, fallback)
     SELECT $1, $2, 1 + coalesce((SELECT max(version) FROM placement_version WHERE catalogue_id = $1 AND key = $2), 0),
       $4, $5, $6, $7::int, $8::jsonb WHERE $3::int = 0 ON CONFLICT DO NOTHING RETURNING ${columns}),
   changed AS (
     UPDATE placement SET version = version + 1, name = $4, kind = $5, strategy_key = $6, size = $7::int,
       fallback = $8::jsonb, updated_at = now()
     WHERE catalogue_id = $1 AND key = $2 AND version = $3::int RETURNING ${columns}),
   saved AS (SELECT ${columns} FROM made UNION ALL SELECT ${columns} FROM changed),
   ${keepPlacements(false)}
   SELECT ${columns} FROM saved`,
);

const placementOf = (row: PlacementRow): Placement => ({
  key: row.key,
  version: row.version,
  name: row.name,
  kind: z.enum(placementKinds).parse(row.kind),
  strategyKey: row.strategy_key,
  size: row.size,
  fallback: z.array(z.string()).parse(row.fallback),
  updatedAt: row.updated_at,
});
