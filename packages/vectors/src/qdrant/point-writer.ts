import type { CatalogueId, ItemNumber } from '@kindling/domain';
import type { Schemas } from '@qdrant/js-client-rest';
import type { StoredPoint, UpsertCounts, VectorPoint } from '../port.js';
import { assertKeys, assertPoints } from '../validation.js';
import type { CollectionNames } from './collection-name.js';
import type { QdrantConnection } from './connection.js';
import type { Deadline } from './deadline.js';
import { ofTenant, type QdrantCondition, type QdrantFilter, removedFrom, storedFor } from './filter.js';
import {
  livePayload,
  type PointIds,
  pointIds,
  removedFromPath,
  tenantPath,
  tombstonePayload,
  versionPath,
} from './point.js';
import type { SpaceRegistry } from './space-registry.js';

/** Keeps a request below Qdrant's default limit of 32 MB: a number takes up to 21 bytes of JSON, with its comma. */
const mostNumbersInRequest = 500_000;
const mostPointsInRequest = 500;
const mostKeysInRequest = 1_000;

/**
 * Versioned writes. What decides is the condition that travels with each write (`update_filter`) and is checked by
 * Qdrant as it writes: concurrent writers cannot put an older version over a newer one. The read before it only counts,
 * and spares sending what is stale; under a race its counts may name a point applied that lost the race.
 */
export class PointWriter {
  constructor(
    private readonly connection: QdrantConnection,
    private readonly names: CollectionNames,
    private readonly spaces: SpaceRegistry,
  ) {}

  async upsert(space: string, tenant: CatalogueId, points: readonly VectorPoint[]): Promise<UpsertCounts> {
    const { dimensions } = await this.spaces.definition(space, this.connection.writeDeadline());
    assertPoints(points, dimensions);
    const size = Math.max(1, Math.min(mostPointsInRequest, Math.floor(mostNumbersInRequest / dimensions)));
    let applied = 0;
    for (const part of chunks(points, size)) applied += await this.upsertPart(space, tenant, part);
    return { applied, stale: points.length - applied };
  }

  private async upsertPart(
    space: string,
    tenant: CatalogueId,
    points: readonly VectorPoint[],
  ): Promise<number> {
    const deadline = this.connection.writeDeadline();
    await this.connection.checkServer(deadline);
    const ids = pointIds(tenant);
    const newest = await this.storedVersions(space, tenant, ids, points, deadline);
    const winners = new Map<ItemNumber, VectorPoint>();
    let applied = 0;
    for (const point of points) {
      const stored = newest.get(point.key);
      if (stored && (stored.removed ? point.version <= stored.version : point.version < stored.version))
        continue;
      newest.set(point.key, { version: point.version, removed: false });
      winners.set(point.key, point);
      applied++;
    }
    if (winners.size === 0) return 0;
    await this.connection.send(`store ${winners.size} points in ${space}`, deadline, (client) =>
      client.upsert(this.names.of(space), {
        wait: true,
        points: [...winners.values()].map((point) => ({
          id: ids.idOf(point.key),
          vector: Array.from(point.vector),
          payload: { ...livePayload(tenant, point.version, point.payload) },
        })),
        update_filter: notNewer(tenant, ids, winners.values()),
      }),
    );
    return applied;
  }

  async delete(
    space: string,
    tenant: CatalogueId,
    keys: readonly ItemNumber[],
    version: number,
  ): Promise<number> {
    assertKeys(keys, version);
    const ids = pointIds(tenant);
    const collection = this.names.of(space);
    let removed = 0;
    for (const part of chunks([...new Set(keys)], mostKeysInRequest)) {
      const deadline = this.connection.writeDeadline();
      await this.connection.checkServer(deadline);
      const has_id = part.map(ids.idOf);
      const notNewerThan: QdrantCondition = { key: versionPath, range: { lte: version } };
      const { count } = await this.connection.send(`count points of ${space}`, deadline, (client) =>
        client.count(collection, {
          filter: { must: [ofTenant(tenant), { has_id }, notNewerThan] },
          exact: true,
        }),
      );
      await this.connection.send(`delete points from ${space}`, deadline, (client) =>
        client.upsert(collection, {
          wait: true,
          points: has_id.map((id) => ({ id, vector: {}, payload: tombstonePayload(tenant, version) })),
          update_filter: { must: [storedFor(tenant), notNewerThan] },
        }),
      );
      removed += count;
    }
    // A call for no keys must find out all the same whether the space exists.
    if (keys.length === 0) await this.spaces.definition(space, this.connection.writeDeadline());
    return removed;
  }

  async deleteTenant(space: string, tenant: CatalogueId): Promise<void> {
    const deadline = this.connection.writeDeadline();
    await this.connection.send(`delete a tenant from ${space}`, deadline, (client) =>
      client.delete(this.names.of(space), { wait: true, filter: { must: [storedFor(tenant)] } }),
    );
  }

  async fetch(
    space: string,
    tenant: CatalogueId,
    keys: readonly ItemNumber[],
    deadline: Deadline,
  ): Promise<readonly StoredPoint[]> {
    const ids = pointIds(tenant);
    const found = new Map<ItemNumber, StoredPoint>();
    for (const part of chunks([...new Set(keys)], mostKeysInRequest)) {
      const filter = { must: [ofTenant(tenant), { has_id: part.map(ids.idOf) }] };
      for (const { id, payload, vector } of await this.scroll(space, filter, part.length, true, deadline)) {
        const key = ids.keyOf(id);
        if (Array.isArray(vector)) {
          found.set(key, { key, version: readVersion(payload), vector: Float32Array.from(vector.flat()) });
        }
      }
    }
    return keys.map((key) => found.get(key)).filter((point) => point !== undefined);
  }

  private async storedVersions(
    space: string,
    tenant: CatalogueId,
    ids: PointIds,
    points: readonly VectorPoint[],
    deadline: Deadline,
  ): Promise<Map<ItemNumber, { version: number; removed: boolean }>> {
    const has_id = [...new Set(points.map((point) => ids.idOf(point.key)))];
    const filter = { must: [storedFor(tenant), { has_id }] };
    const records = await this.scroll(space, filter, has_id.length, false, deadline);
    return new Map(
      records.map(({ id, payload }) => [
        ids.keyOf(id),
        { version: readVersion(payload), removed: payload?.[removedFromPath] !== undefined },
      ]),
    );
  }

  private async scroll(
    space: string,
    filter: QdrantFilter,
    limit: number,
    with_vector: boolean,
    deadline: Deadline,
  ): Promise<readonly Schemas['Record'][]> {
    const { points } = await this.connection.send(`read points of ${space}`, deadline, (client) =>
      client.scroll(this.names.of(space), {
        filter,
        limit,
        with_vector,
        with_payload: [tenantPath, removedFromPath, versionPath],
      }),
    );
    return points;
  }
}

/** Of the points written, those whose stored version is not newer (for a tombstone: older), one clause a version. */
function notNewer(tenant: CatalogueId, ids: PointIds, points: Iterable<VectorPoint>): QdrantFilter {
  const byVersion = new Map<number, string[]>();
  for (const point of points) {
    const same = byVersion.get(point.version);
    if (same) same.push(ids.idOf(point.key));
    else byVersion.set(point.version, [ids.idOf(point.key)]);
  }
  return {
    must: [storedFor(tenant)],
    should: [...byVersion].map(([version, has_id]) => ({
      must: [{ has_id }],
      should: [
        { must: [ofTenant(tenant), { key: versionPath, range: { lte: version } }] },
        { must: [removedFrom(tenant), { key: versionPath, range: { lt: version } }] },
      ],
    })),
  };
}

export const readVersion = (payload: Schemas['Record']['payload']): number => {
  const version: unknown = payload?.[versionPath];
  return typeof version === 'number' ? version : 0;
};

function* chunks<T>(values: readonly T[], size: number): Iterable<readonly T[]> {
  for (let start = 0; start < values.length; start += size) yield values.slice(start, start + size);
}
