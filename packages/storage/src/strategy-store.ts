import { type CatalogueId, type JsonObject, KindlingError, type Scenario } from '@kindling/domain';
import { presetStrategies } from '@kindling/recommender';
import { appendAudit } from './audit-store.js';
import { execute, type Pool, type PoolClient, type Queryable, statement, transaction } from './database.js';

/** A named pipeline config. Saving makes a new version; the old ones stay, because exposures refer to them. */
export interface StoredStrategy {
  readonly key: string;
  readonly version: number;
  readonly name: string;
  /** Parsed by @kindling/recommender where it is used. */
  readonly config: JsonObject;
  readonly createdBy: string | null;
  readonly createdAt: Date;
}

/** The newest version of every strategy. */
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

/** The version that was the newest at a time. */
export async function findStrategyAt(
  db: Queryable,
  catalogue: CatalogueId,
  key: string,
  at: Date,
): Promise<StoredStrategy | null> {
  const [row] = await execute(db, thenSql, catalogue, key, at);
  return row ? strategyOf(row) : null;
}

/**
 * Saves the next version. `expectedVersion` is the one that the editor saw (0 for a new strategy): when somebody
 * else was faster it is a CONFLICT, and nothing is overwritten.
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
    if (!row) {
      const [current] = await listStrategyVersions(client, catalogue, strategy.key, {
        first: 1,
        before: null,
      });
      throw new KindlingError(
        'CONFLICT',
        `Strategy "${strategy.key}" is not at version ${strategy.expectedVersion} any more: look at the other change, then save`,
        { field: 'expectedVersion', ...(current && { current: JSON.parse(JSON.stringify(current)) }) },
      );
    }
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
}
const listSql = statement<StrategyRow, [CatalogueId]>(
  'strategy-list',
  `SELECT DISTINCT ON (key) key, version, name, config, created_by, created_at FROM strategy
   WHERE catalogue_id = $1 ORDER BY key, version DESC`,
);
const versionsSql = statement<StrategyRow, [CatalogueId, string, number | null, number]>(
  'strategy-versions',
  `SELECT key, version, name, config, created_by, created_at FROM strategy
   WHERE catalogue_id = $1 AND key = $2 AND ($3::int IS NULL OR version < $3) ORDER BY version DESC LIMIT $4`,
);
const thenSql = statement<StrategyRow, [CatalogueId, string, Date]>(
  'strategy-then',
  `SELECT key, version, name, config, created_by, created_at FROM strategy
   WHERE catalogue_id = $1 AND key = $2 AND created_at <= $3 ORDER BY version DESC LIMIT 1`,
);
// The primary key decides between two editors who saw the same version.
const saveSql = statement<StrategyRow, [CatalogueId, string, number, string, string, string]>(
  'strategy-save',
  `INSERT INTO strategy (catalogue_id, key, version, name, config, created_by)
   SELECT $1, $2, $3::int + 1, $4, $5::jsonb, $6
   WHERE coalesce((SELECT max(version) FROM strategy WHERE catalogue_id = $1 AND key = $2), 0) = $3::int
   ON CONFLICT DO NOTHING RETURNING key, version, name, config, created_by, created_at`,
);

const strategyOf = (row: StrategyRow): StoredStrategy => ({
  key: row.key,
  version: row.version,
  name: row.name,
  config: row.config,
  createdBy: row.created_by,
  createdAt: row.created_at,
});
