import { type CatalogueId, KindlingError } from '@kindling/domain';
import { type PlacementKind, placementKinds } from '@kindling/recommender';
import { z } from 'zod';
import { appendAudit } from './audit-store.js';
import { execute, type Pool, type PoolClient, type Queryable, statement, transaction } from './database.js';

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

/** Makes or changes a placement; `expectedVersion` as in saveStrategy. Its strategies have to exist. */
export async function savePlacement(
  pool: Pool,
  catalogue: CatalogueId,
  placement: Omit<Placement, 'version' | 'updatedAt'> & { readonly expectedVersion: number },
  actor: string,
): Promise<Placement> {
  return transaction(pool, async (client) => {
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
      const current = (await listPlacements(client, catalogue)).find(({ key }) => key === placement.key);
      throw new KindlingError(
        'CONFLICT',
        `Placement "${placement.key}" is not at version ${placement.expectedVersion} any more: look at the other change, then save`,
        { field: 'expectedVersion', ...(current && { current: JSON.parse(JSON.stringify(current)) }) },
      );
    }
    await appendAudit(client, {
      catalogue,
      actor,
      action: 'placement.save',
      target: placement.key,
      detail: { version: row.version, strategy: placement.strategyKey, size: placement.size },
    });
    return placementOf(row);
  });
}

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
  'SELECT DISTINCT key FROM strategy WHERE catalogue_id = $1 AND key = ANY ($2::text[])',
);
// Version 0 may only insert, any other only update: two editors cannot both win.
const saveSql = statement<
  PlacementRow,
  [CatalogueId, string, number, string, string, string, number, string]
>(
  'placement-save',
  `WITH made AS (
     INSERT INTO placement (catalogue_id, key, name, kind, strategy_key, size, fallback)
     SELECT $1, $2, $4, $5, $6, $7::int, $8::jsonb WHERE $3::int = 0 ON CONFLICT DO NOTHING RETURNING ${columns}),
   changed AS (
     UPDATE placement SET version = version + 1, name = $4, kind = $5, strategy_key = $6, size = $7::int,
       fallback = $8::jsonb, updated_at = now()
     WHERE catalogue_id = $1 AND key = $2 AND version = $3::int RETURNING ${columns})
   SELECT ${columns} FROM made UNION ALL SELECT ${columns} FROM changed`,
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
