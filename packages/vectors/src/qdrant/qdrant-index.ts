import type { CatalogueId } from '@kindling/domain';
import type { Freshness, VectorCapabilities, VectorIndex } from '../port.js';
import { CollectionNames } from './collection-name.js';
import { QdrantConnection } from './connection.js';
import { ofTenant, storedFor } from './filter.js';
import { PayloadIndexes } from './payload-indexes.js';
import { versionPath } from './point.js';
import { PointWriter, readVersion } from './point-writer.js';
import { Searcher } from './searcher.js';
import { type Placement, SpaceRegistry } from './space-registry.js';

export interface QdrantOptions {
  /** `http(s)://host[:port][/prefix]`; without a port Qdrant's 6333. */
  readonly url: string;
  readonly apiKey?: string;
  /** The most that a read takes, retries included. */
  readonly timeoutMs?: number;
  /** The most that one request of a write takes, retries included. */
  readonly writeTimeoutMs?: number;
  /** Names of our collections and aliases begin with it, so that others may share the server. */
  readonly collectionPrefix?: string;
  /** After so many failures in a row, calls fail at once for `openMs`; then one probe goes out. */
  readonly breaker?: { readonly failuresToOpen: number; readonly openMs: number };
  /** Of new spaces, on a cluster. */
  readonly placement?: Placement;
}

const capabilities: VectorCapabilities = {
  // HNSW over int8 vectors: large tenants are searched approximately, though scores are those of float32.
  exact: false,
  filters: true,
  maximalMarginalRelevance: true,
  groups: true,
  fusion: true,
  recommendStrategies: ['averageVector', 'bestScore', 'sumScores'],
  aliases: true,
  persistent: true,
};

/**
 * The vector index on a Qdrant server (1.16 or later). Making it sends nothing: a server that is down shows at the
 * first call, as UNAVAILABLE.
 */
export function createQdrantIndex(options: QdrantOptions): VectorIndex {
  const connection = new QdrantConnection({
    url: options.url,
    ...(options.apiKey === undefined ? {} : { apiKey: options.apiKey }),
    timeoutMs: options.timeoutMs ?? 2_000,
    writeTimeoutMs: options.writeTimeoutMs ?? 30_000,
    breaker: options.breaker ?? { failuresToOpen: 5, openMs: 5_000 },
  });
  const names = new CollectionNames(options.collectionPrefix ?? 'kindling-');
  const indexes = new PayloadIndexes(connection);
  const spaces = new SpaceRegistry(connection, names, indexes, options.placement ?? {});
  const points = new PointWriter(connection, names, spaces);
  const searcher = new Searcher(connection, names, indexes, points);

  return {
    engine: 'qdrant',
    capabilities,
    ensureSpace: (space) => spaces.ensure(space),
    dropSpace: (name) => spaces.drop(name),
    listSpaces: () => spaces.list(),
    switchAlias: (alias, space) => spaces.switchAlias(alias, space),
    resolveAlias: (alias) => spaces.resolveAlias(alias),
    upsert: (space, tenant, batch) => points.upsert(space, tenant, batch),
    delete: (space, tenant, keys, version) => points.delete(space, tenant, keys, version),
    deleteTenant: (space, tenant) => points.deleteTenant(space, tenant),
    async fetch(space, tenant, keys) {
      const deadline = connection.readDeadline();
      // A call for no keys must find out all the same whether the space exists.
      if (keys.length === 0) await spaces.definition(space, deadline);
      return points.fetch(space, tenant, keys, deadline);
    },
    nearest: (query) => searcher.nearest(query),
    nearestBatch: (query) => searcher.nearestBatch(query),
    recommend: (query) => searcher.recommend(query),
    nearestGroups: (query) => searcher.nearestGroups(query),
    fuse: (query) => searcher.fuse(query),
    freshness: (space, tenant) => freshness(connection, space, names.of(space), tenant),
    async close() {
      connection.close();
    },
  };
}

/** Tombstones count for the version, for a deletion has been applied too, but not as points. */
async function freshness(
  connection: QdrantConnection,
  space: string,
  collection: string,
  tenant: CatalogueId,
): Promise<Freshness> {
  const deadline = connection.readDeadline();
  const [newest, { count }] = await Promise.all([
    connection.send(`read the newest version in ${space}`, deadline, (client) =>
      client.scroll(collection, {
        filter: { must: [storedFor(tenant)] },
        order_by: { key: versionPath, direction: 'desc' },
        limit: 1,
        with_payload: [versionPath],
      }),
    ),
    connection.send(`count points of ${space}`, deadline, (client) =>
      client.count(collection, { filter: { must: [ofTenant(tenant)] }, exact: true }),
    ),
  ]);
  return { version: readVersion(newest.points[0]?.payload ?? null), points: count };
}
