import { availableParallelism } from 'node:os';
import {
  type CatalogueId,
  catalogueId,
  type ItemFilter,
  type ItemNumber,
  KindlingError,
} from '@kindling/domain';
import { fuseHits } from '../fusion.js';
import type {
  Freshness,
  FusionQuery,
  HitGroup,
  NearestBatchQuery,
  NearestQuery,
  QueryScope,
  RecommendQuery,
  SpaceDefinition,
  StoredPoint,
  UpsertCounts,
  VectorHit,
  VectorIndex,
  VectorPoint,
} from '../port.js';
import { averageVectorQuery, sumScoresQuery } from '../recommend-strategies.js';
import {
  assertDiversity,
  assertExamples,
  assertKeys,
  assertPoints,
  assertScope,
  normalisedQuery,
} from '../validation.js';
import { maximumExamples } from './kernel.js';
import { loadKernelModule } from './kernel-module.js';
import { type Log, SnapshotStore, type TenantSnapshot } from './snapshot-store.js';
import { type NumberedSpace, Spaces } from './spaces.js';
import { TenantTable } from './tenant-table.js';
import { type DetailedHit, type Tenant, ThreadGroup } from './thread-group.js';

export interface EmbeddedIndexOptions {
  /** Where snapshots live. Without it the index starts empty and saves nothing. */
  readonly directory?: string;
  /** Default: 2, or 1 on a machine of one core. */
  readonly threads?: number;
  /** Vectors and what belongs to them, all threads together; default 4 GiB. Beyond, upsert answers TOO_LARGE. */
  readonly maximumBytes?: number;
  readonly log?: Log;
}

export interface EmbeddedIndex extends VectorIndex {
  /**
   * Writes what changed since the last call. A snapshot's `freshness().version` after loading it is where the caller
   * goes on: apply every change after that version again, versions decide what is new.
   */
  saveSnapshots(): Promise<void>;
  memory(): Promise<EmbeddedMemory>;
}

export interface EmbeddedMemory {
  readonly points: number;
  readonly deletions: number;
  /** Vectors, int8 forms and scan space in use. */
  readonly vectorBytes: number;
  /** As much was asked of the system so far; what was freed is used again. */
  readonly reservedBytes: number;
  /** Filter columns and key maps, estimated. */
  readonly payloadBytes: number;
}

/** Opens the index and loads the snapshots of `directory`; damaged ones are left out, with a line in the log. */
export async function createEmbeddedIndex(options: EmbeddedIndexOptions = {}): Promise<EmbeddedIndex> {
  const threads = options.threads ?? Math.min(2, availableParallelism());
  const log = options.log ?? (() => {});
  const maximumBytes = Math.floor((options.maximumBytes ?? 4 * 2 ** 30) / threads);
  const group = new ThreadGroup(threads, { module: await loadKernelModule(), maximumBytes });
  const store = options.directory === undefined ? null : new SnapshotStore(options.directory, log);
  const index = new ExactScanIndex(group, store, log);
  try {
    await index.load();
  } catch (error) {
    await index.close();
    throw error;
  }
  return index;
}

/** See the README: an exact scan on worker threads; this thread only validates, deals out and merges. */
class ExactScanIndex implements EmbeddedIndex {
  readonly engine = 'embedded';
  readonly capabilities;
  private readonly spaces = new Spaces();
  private readonly tenants: TenantTable;
  /** Writes go one after the other, so that a snapshot can find a moment between two of them. */
  private writes: Promise<unknown> = Promise.resolve();
  private saves: Promise<unknown> = Promise.resolve();
  private saved = new Map<Tenant, TenantSnapshot & { readonly changes: number }>();

  constructor(
    private readonly threads: ThreadGroup,
    private readonly store: SnapshotStore | null,
    private readonly log: Log,
  ) {
    this.tenants = new TenantTable(threads.size);
    this.capabilities = {
      exact: true,
      filters: true,
      maximalMarginalRelevance: true,
      groups: true,
      fusion: true,
      recommendStrategies: ['averageVector', 'bestScore', 'sumScores'],
      aliases: true,
      persistent: store !== null,
    } as const;
  }

  async ensureSpace(space: SpaceDefinition): Promise<void> {
    this.spaces.ensure(space);
  }

  async dropSpace(name: string): Promise<void> {
    const space = this.spaces.drop(name);
    if (!space) return;
    const tenants = this.tenants.removeSpace(space);
    await this.inOrder(() => this.threads.drop(space.number));
    await this.forget(tenants);
  }

  async listSpaces(): Promise<readonly SpaceDefinition[]> {
    return this.spaces.definitions;
  }

  async switchAlias(alias: string, space: string): Promise<void> {
    this.spaces.switchAlias(alias, space);
  }

  async resolveAlias(alias: string): Promise<string | null> {
    return this.spaces.target(alias);
  }

  async upsert(name: string, id: CatalogueId, points: readonly VectorPoint[]): Promise<UpsertCounts> {
    const space = this.spaces.find(name);
    assertPoints(points, space.definition.dimensions);
    if (points.length === 0) return { applied: 0, stale: 0 };
    return this.inOrder(async () => {
      const tenant = this.tenants.make(this.stillThere(space), id);
      tenant.changes++;
      const applied = await this.threads.upsert(tenant, points);
      tenant.version = points.reduce((highest, point) => Math.max(highest, point.version), tenant.version);
      return { applied, stale: points.length - applied };
    });
  }

  async delete(name: string, id: CatalogueId, keys: readonly ItemNumber[], version: number): Promise<number> {
    const space = this.spaces.find(name);
    assertKeys(keys, version);
    if (keys.length === 0) return 0;
    return this.inOrder(async () => {
      const tenant = this.tenants.make(this.stillThere(space), id);
      tenant.changes++;
      const removed = await this.threads.delete(tenant, keys, version);
      tenant.version = Math.max(tenant.version, version);
      return removed;
    });
  }

  async deleteTenant(name: string, id: CatalogueId): Promise<void> {
    const space = this.spaces.find(name);
    const tenant = await this.inOrder(async () => {
      const found = this.tenants.remove(space, id);
      await this.threads.drop(space.number, id);
      return found;
    });
    if (tenant) await this.forget([tenant]);
  }

  async fetch(name: string, id: CatalogueId, keys: readonly ItemNumber[]): Promise<readonly StoredPoint[]> {
    const tenant = this.whole(name, id);
    if (!tenant) return [];
    const found = await this.threads.fetch(tenant, keys);
    return keys.flatMap((key) => found.get(key) ?? []);
  }

  async nearest(query: NearestQuery): Promise<readonly VectorHit[]> {
    if (query.diversity) return this.diverse(query, query.diversity);
    return (await this.nearestBatch({ ...query, vectors: [query.vector] }))[0] ?? [];
  }

  async nearestBatch(query: NearestBatchQuery): Promise<readonly (readonly VectorHit[])[]> {
    const { definition } = this.spaces.find(query.space);
    const vectors = query.vectors.map((vector) => normalisedQuery(vector, definition.dimensions));
    return (await this.scan(query, vectors)).map(plain);
  }

  async recommend(query: RecommendQuery): Promise<readonly VectorHit[]> {
    assertExamples(query);
    assertScope(query);
    const examples = [...query.positive, ...(query.negative ?? [])];
    if (examples.length > maximumExamples) {
      throw new KindlingError('BAD_INPUT', `${examples.length} examples are more than ${maximumExamples}`);
    }
    // The alias is looked up once: between two steps it may be switched to another model's space.
    const { name: space, dimensions } = this.spaces.find(query.space).definition;
    const keys = examples.filter((example) => typeof example === 'number');
    const stored = await this.fetch(space, query.tenant, keys);
    const byKey = new Map(stored.map((point) => [point.key, point.vector]));
    const vectorsOf = (side: RecommendQuery['positive']) =>
      side.flatMap((one) =>
        typeof one === 'number' ? (byKey.get(one) ?? []) : normalisedQuery(one, dimensions),
      );
    const [positive, negative] = [vectorsOf(query.positive), vectorsOf(query.negative ?? [])];
    const scope = { ...query, space, exclude: [...(query.exclude ?? []), ...keys] };
    if (positive.length + negative.length === 0) return [];
    switch (query.strategy) {
      case 'averageVector': {
        if (positive.length === 0) return [];
        const vector = normalisedQuery(averageVectorQuery(positive, negative), dimensions);
        return plain((await this.scan(scope, [vector]))[0] ?? []);
      }
      case 'sumScores':
        return plain((await this.scan(scope, [sumScoresQuery(positive, negative)]))[0] ?? []);
      case 'bestScore': {
        const tenant = this.whole(space, query.tenant);
        return tenant
          ? plain(await this.threads.bestScore(tenant, { positive, negative, ...narrowed(scope) }))
          : [];
      }
    }
  }

  /**
   * First the best groups, from hits in order: every further round looks only at points with a value not seen yet,
   * so it ends after as many rounds as there are groups at most, usually after one. Then each group's best hits.
   */
  async nearestGroups(
    query: NearestQuery & { readonly groupBy: string; readonly groupSize: number },
  ): Promise<readonly HitGroup[]> {
    const { groupBy, groupSize, limit } = query;
    assertScope({ limit: groupSize });
    assertScope(query);
    const { name: space, dimensions } = this.spaces.find(query.space).definition;
    const vector = normalisedQuery(query.vector, dimensions);
    const values = new Set<string | number>();
    const roundSize = Math.min(1_000, Math.max(64, limit * groupSize * 4));
    for (let more = true; more && values.size < limit; ) {
      const unseen = { field: groupBy, seen: [...values] };
      const round = await this.scan({ ...query, space, limit: roundSize }, [vector], {
        valuesOf: groupBy,
        unseen,
      });
      const hits = round[0] ?? [];
      for (const value of hits.flatMap((hit) => hit.values)) if (values.size < limit) values.add(value);
      more = hits.length === roundSize;
    }
    const groups = [...values].map(async (value) => {
      const filter = both(query.filter, { field: groupBy, in: [value] });
      const hits = (await this.scan({ ...query, space, filter, limit: groupSize }, [vector]))[0] ?? [];
      return { value, hits: plain(hits) };
    });
    // A point may have changed between the rounds; a group that lost its last one is left out.
    return (await Promise.all(groups)).filter((group) => group.hits.length > 0);
  }

  async fuse(query: FusionQuery): Promise<readonly VectorHit[]> {
    assertScope(query);
    const lists = query.prefetch.map(({ vector, limit, filter }) => {
      const { prefetch: _, method: __, ...scope } = query;
      const narrower = filter ? both(query.filter, filter) : query.filter;
      return this.nearest({ ...scope, vector, limit, ...(narrower ? { filter: narrower } : {}) });
    });
    return fuseHits(await Promise.all(lists), query.method).slice(0, query.limit);
  }

  async freshness(name: string, id: CatalogueId): Promise<Freshness> {
    if (this.threads.hasLostThread) await this.inOrder(() => this.recover());
    const tenant = this.tenants.find(this.spaces.find(name), id);
    return {
      version: tenant?.version ?? 0,
      points: tenant?.points.reduce((sum, points) => sum + points, 0) ?? 0,
    };
  }

  async memory(): Promise<EmbeddedMemory> {
    const threads = await this.threads.memory();
    const sum = (field: keyof EmbeddedMemory) => threads.reduce((total, thread) => total + thread[field], 0);
    return {
      points: sum('points'),
      deletions: sum('deletions'),
      vectorBytes: sum('vectorBytes'),
      reservedBytes: sum('reservedBytes'),
      payloadBytes: sum('payloadBytes'),
    };
  }

  async close(): Promise<void> {
    await this.saves.catch(() => {});
    await this.threads.close();
  }

  /**
   * A thread has died: all start anew from the snapshots, or empty. Whoever fills the index sees an older version in
   * `freshness` than the one it had brought, and goes on from there; until then searches are UNAVAILABLE.
   */
  private async recover(): Promise<void> {
    if (!this.threads.hasLostThread) return;
    this.log('warn', 'A thread of the vector index has died; its vectors are loaded again', {});
    this.tenants.loseAll();
    this.saved.clear();
    await this.threads.restart();
    await this.load();
  }

  async load(): Promise<void> {
    if (!this.store) return;
    const { store } = this;
    const manifest = await store.read();
    await store.removeOrphans(manifest);
    for (const definition of manifest.spaces) this.spaces.ensure(definition);
    for (const [alias, space] of manifest.aliases) this.spaces.switchAlias(alias, space);
    for (const snapshot of manifest.tenants) {
      const space = this.spaces.find(snapshot.space);
      const tenant = this.tenants.make(space, catalogueId(snapshot.tenant));
      try {
        await this.threads.load(
          tenant,
          snapshot.version,
          snapshot.files.map((file) => store.path(file)),
        );
        tenant.version = snapshot.version;
        this.saved.set(tenant, { ...snapshot, changes: tenant.changes });
      } catch (error) {
        this.tenants.drop(tenant);
        await this.threads.drop(space.number, tenant.id);
        await store.remove(snapshot.files);
        this.log('warn', 'A vector snapshot is damaged; this tenant is rebuilt from the database', {
          space: snapshot.space,
          tenant: snapshot.tenant,
          problem: error instanceof Error ? error.message : String(error),
        });
      }
    }
  }

  saveSnapshots(): Promise<void> {
    const saving = this.saves.catch(() => {}).then(() => this.saveChanged());
    this.saves = saving;
    return saving;
  }

  private async saveChanged(): Promise<void> {
    const { store } = this;
    if (!store) return;
    for (const tenant of this.tenants.all) {
      const last = this.saved.get(tenant);
      if (last?.changes === tenant.changes) continue;
      // Between two writes: every change up to `version` is in the threads, and will be in the files.
      const { version, changes } = await this.inOrder(async () => ({ ...tenant }));
      const files = Array.from({ length: this.threads.size }, () => store.newPartFile());
      try {
        await this.threads.save(
          tenant,
          version,
          files.map((file) => store.path(file)),
        );
      } catch (error) {
        await store.remove(files);
        // Removed while it was being written: there is nothing to save any more.
        if (error instanceof KindlingError && error.code === 'CONFLICT') continue;
        throw error;
      }
      if (this.tenants.find(tenant.space, tenant.id) !== tenant) {
        await store.remove(files);
        continue;
      }
      const { name } = tenant.space.definition;
      this.saved.set(tenant, { space: name, tenant: tenant.id, version, files, changes });
      await this.writeManifest(store);
      if (last) await store.remove(last.files);
    }
    await this.writeManifest(store);
  }

  private writeManifest(store: SnapshotStore): Promise<void> {
    return store.write({
      spaces: this.spaces.definitions,
      aliases: this.spaces.aliasEntries,
      tenants: [...this.saved.values()].map(({ changes: _, ...snapshot }) => snapshot),
    });
  }

  /** What is erased here is erased on disk too. */
  private async forget(tenants: readonly Tenant[]): Promise<void> {
    if (!this.store) return;
    const files = tenants.flatMap((tenant) => this.saved.get(tenant)?.files ?? []);
    for (const tenant of tenants) this.saved.delete(tenant);
    if (files.length === 0) return;
    await this.writeManifest(this.store);
    await this.store.remove(files);
  }

  private async diverse(
    query: NearestQuery,
    diversity: NonNullable<NearestQuery['diversity']>,
  ): Promise<readonly VectorHit[]> {
    assertDiversity(diversity);
    assertScope(query);
    const { dimensions } = this.spaces.find(query.space).definition;
    const scope = { ...query, limit: diversity.candidates };
    const vector = normalisedQuery(query.vector, dimensions);
    const candidates = (await this.scan(scope, [vector], { withVectors: true }))[0] ?? [];
    const vectors = new Float32Array(candidates.length * dimensions);
    for (const [at, hit] of candidates.entries()) if (hit.vector) vectors.set(hit.vector, at * dimensions);
    const order = await this.threads.diversify({
      relevance: Float64Array.from(candidates, (hit) => hit.score),
      vectors,
      lambda: diversity.lambda,
      limit: query.limit,
    });
    return plain(order.flatMap((at) => candidates[at] ?? []));
  }

  private async scan(
    scope: QueryScope,
    vectors: readonly Float32Array[],
    more: {
      readonly withVectors?: boolean;
      readonly valuesOf?: string;
      readonly unseen?: { readonly field: string; readonly seen: readonly (string | number)[] };
    } = {},
  ): Promise<readonly (readonly DetailedHit[])[]> {
    assertScope(scope);
    const tenant = this.whole(scope.space, scope.tenant);
    if (!tenant || vectors.length === 0) return vectors.map(() => []);
    return this.threads.nearest(tenant, { withVectors: false, ...more, vectors, ...narrowed(scope) });
  }

  private whole(space: string, id: CatalogueId): Tenant | undefined {
    return this.tenants.whole(this.spaces.find(space), id);
  }

  /** The space may have been dropped while a write waited for its turn. */
  private stillThere(space: NumberedSpace): NumberedSpace {
    if (this.spaces.find(space.definition.name) !== space) {
      throw new KindlingError('NOT_FOUND', `There is no vector space ${space.definition.name} any more`);
    }
    return space;
  }

  private inOrder<T>(write: () => Promise<T>): Promise<T> {
    const turn = this.writes.then(write, write);
    this.writes = turn.catch(() => {});
    return turn;
  }
}

const plain = (hits: readonly DetailedHit[]): readonly VectorHit[] =>
  hits.map(({ key, score }) => ({ key, score }));

const narrowed = ({ limit, minimumScore, filter, exclude }: QueryScope) => ({
  limit,
  minimumScore: minimumScore ?? -Infinity,
  ...(filter ? { filter } : {}),
  ...(exclude && exclude.length > 0 ? { exclude: Float64Array.from(exclude) } : {}),
});

const both = (first: ItemFilter | undefined, second: ItemFilter): ItemFilter =>
  first ? { all: [first, second] } : second;
