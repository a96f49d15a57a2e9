import { type CatalogueId, type JsonObject, KindlingError, type Scenario } from '@kindling/domain';
import { presetStrategies } from '@kindling/recommender';
import { appendAudit } from './audit-store.js';
import { execute, type Pool, type PoolClient, type Queryable, statement, transaction } from './database.js';
import { lockNames, refuseUsed } from './name-use.js';
import { listStrategyUses, type StrategyUseKind } from './strategy-use-store.js';

/** A named pipeline config. Saving makes a new version; the old ones stay, because exposures refer to them. */
export interface StoredStrategy {
  readonly key: string;
  readonly version: number;
  readonly name: string;
  /** Parsed by @kindling/recommender where it is used. */
  readonly config: JsonObject;
  readonly createdBy: string | null;
  readonly createdAt: Date;
  /** With this version it was put away: the newest one serves no more. */
  readonly archived: boolean;
}

/** The newest version of every strategy that is not archived. */
export async function listStrategies(
  db: Queryable,
  catalogue: CatalogueId,
): Promise<readonly StoredStrategy[]> {
  return (await execute(db, listSql, catalogue)).map(strategyOf);
}

/** Newest first; `before`: the last version of the page before. */
export async function listStrategyVersions(
  db: Queryable,
  catalogue: CatalogueId,
  key: string,
  { first, before }: { readonly first: number; readonly before: number | null },
): Promise<readonly StoredStrategy[]> {
  return (await execute(db, versionsSql, catalogue, key, before, first)).map(strategyOf);
}

/** One version, as an exposure names it. */
export async function findStrategyVersion(
  db: Queryable,
  catalogue: CatalogueId,
  key: string,
  version: number,
): Promise<StoredStrategy | null> {
  const [found] = await listStrategyVersions(db, catalogue, key, { first: 1, before: version + 1 });
  return found?.version === version ? found : null;
}

/** The version that was the newest at a time; null where it was archived then. */
export async function findStrategyAt(
  db: Queryable,
  catalogue: CatalogueId,
  key: string,
  at: Date,
): Promise<StoredStrategy | null> {
  const [row] = await execute(db, thenSql, catalogue, key, at);
  return row && !row.archived ? strategyOf(row) : null;
}

/**
 * Saves the next version. `expectedVersion` is the one that the editor saw (0 for a new strategy): when somebody
 * else was faster it is a CONFLICT, and nothing is overwritten. An archived one comes back with it, under the next number;
 * its editor may have seen none (0).
 */
export async function saveStrategy(
  pool: Pool,
  catalogue: CatalogueId,
  strategy: {
    readonly key: string;
    readonly name: string;
    readonly config: JsonObject;
    readonly expectedVersion: number;
  },
  actor: string,
): Promise<StoredStrategy> {
  return transaction(pool, async (client) => {
    const [row] = await execute(
      client,
      saveSql,
      catalogue,
      strategy.key,
      strategy.expectedVersion,
      strategy.name,
      JSON.stringify(strategy.config),
      actor,
    );
    if (!row) throw stale(strategy, await findNewest(client, catalogue, strategy.key), 'save');
    await appendAudit(client, {
      catalogue,
      actor,
      action: 'strategy.save',
      target: strategy.key,
      detail: { version: row.version, config: strategy.config },
    });
    return strategyOf(row);
  });
}

/**
 * Puts a strategy away, as a version of its own: lists of the past are still made again with the others. To bring it
 * back, save it again. Refused with the names of the placements and experiments that use it.
 */
export async function archiveStrategy(
  pool: Pool,
  catalogue: CatalogueId,
  { key, expectedVersion }: { readonly key: string; readonly expectedVersion: number },
  actor: string,
): Promise<StoredStrategy> {
  return transaction(pool, async (client) => {
    await lockNames(client, catalogue);
    const current = await findNewest(client, catalogue, key);
    if (!current) throw new KindlingError('NOT_FOUND', `There is no strategy "${key}"`, { field: 'key' });
    if (current.version !== expectedVersion || current.archived) {
      throw stale({ key, expectedVersion }, current, 'archive');
    }
    const uses = (await listStrategyUses(client, catalogue)).filter(({ strategyKey }) => strategyKey === key);
    refuseUsed(
      `Strategy "${key}"`,
      uses.map((use) => ({ what: useWords[use.kind], key: use.key })),
    );
    const [row] = await execute(client, archiveSql, catalogue, key, expectedVersion, actor);
    if (!row) throw stale({ key, expectedVersion }, await findNewest(client, catalogue, key), 'archive');
    const detail = { version: row.version };
    await appendAudit(client, { catalogue, actor, action: 'strategy.archive', target: key, detail });
    return strategyOf(row);
  });
}

const useWords: Readonly<Record<StrategyUseKind, string>> = {
  PLACEMENT: 'placement',
  FALLBACK: 'the fallback chain of placement',
  EXPERIMENT: 'experiment',
};

async function findNewest(client: PoolClient, catalogue: CatalogueId, key: string) {
  const [newest] = await listStrategyVersions(client, catalogue, key, { first: 1, before: null });
  return newest;
}

const stale = (
  { key, expectedVersion }: { readonly key: string; readonly expectedVersion: number },
  current: StoredStrategy | undefined,
  then: 'save' | 'archive',
) =>
  new KindlingError(
    'CONFLICT',
    `Strategy "${key}" is not at version ${expectedVersion} any more: look at the other change, then ${then}`,
    { field: 'expectedVersion', ...(current && { current: JSON.parse(JSON.stringify(current)) }) },
  );

/**
 * What a new catalogue starts with: the preset of its scenario in full, so that a later release does not change
 * what serves, and the newest items first, by the same pipeline.
 */
export async function insertPresetStrategies(
  client: PoolClient,
  catalogue: CatalogueId,
  scenario: Scenario,
): Promise<void> {
  const ladder = presetStrategies[scenario];
  const newest = {
    ...ladder,
    sources: [{ source: 'newArrivals', limit: 500 }],
    weights: { ...ladder.weights, freshness: 1 },
    // All of it is new.
    exploration: { ...ladder.exploration, impressionsPerDay: 0 },
  };
  const presets = [
    { key: 'cold-start', name: 'Cold-start ladder', config: ladder },
    { key: 'new-arrivals', name: 'New arrivals', config: newest },
  ];
  for (const { key, name, config } of presets) {
    await execute(client, saveSql, catalogue, key, 0, name, JSON.stringify(config), 'system');
  }
}

interface StrategyRow {
  readonly key: string;
  readonly version: number;
  readonly name: string;
  readonly config: JsonObject;
  readonly created_by: string | null;
  readonly created_at: Date;
  readonly archived: boolean;
}
const columns = 'key, version, name, config, created_by, created_at, archived';
const listSql = statement<StrategyRow, [CatalogueId]>(
  'strategy-list',
  `SELECT ${columns} FROM (
     SELECT DISTINCT ON (key) ${columns} FROM strategy WHERE catalogue_id = $1 ORDER BY key, version DESC) AS newest
   WHERE NOT archived ORDER BY key`,
);
const versionsSql = statement<StrategyRow, [CatalogueId, string, number | null, number]>(
  'strategy-versions',
  `SELECT ${columns} FROM strategy
   WHERE catalogue_id = $1 AND key = $2 AND ($3::int IS NULL OR version < $3) ORDER BY version DESC LIMIT $4`,
);
const thenSql = statement<StrategyRow, [CatalogueId, string, Date]>(
  'strategy-then',
  `SELECT ${columns} FROM strategy
   WHERE catalogue_id = $1 AND key = $2 AND created_at <= $3 ORDER BY version DESC LIMIT 1`,
);
// The primary key decides between two editors who saw the same version.
const saveSql = statement<StrategyRow, [CatalogueId, string, number, string, string, string]>(
  'strategy-save',
  `INSERT INTO strategy (catalogue_id, key, version, name, config, created_by)
   SELECT $1, $2, coalesce(newest.version, 0) + 1, $4, $5::jsonb, $6
   FROM (SELECT 1) AS one LEFT JOIN (
     SELECT version, archived FROM strategy WHERE catalogue_id = $1 AND key = $2 ORDER BY version DESC LIMIT 1) AS newest ON true
   WHERE coalesce(newest.version, 0) = $3::int OR ($3::int = 0 AND newest.archived)
   ON CONFLICT DO NOTHING RETURNING ${columns}`,
);
const archiveSql = statement<StrategyRow, [CatalogueId, string, number, string]>(
  'strategy-archive',
  `INSERT INTO strategy (catalogue_id, key, version, name, config, created_by, archived)
   SELECT catalogue_id, key, version + 1, name, config, $4, true FROM strategy
   WHERE catalogue_id = $1 AND key = $2 AND version = $3::int
   ON CONFLICT DO NOTHING RETURNING ${columns}`,
);

const strategyOf = (row: StrategyRow): StoredStrategy => ({
  key: row.key,
  version: row.version,
  name: row.name,
  config: row.config,
  createdBy: row.created_by,
  createdAt: row.created_at,
  archived: row.archived,
});
