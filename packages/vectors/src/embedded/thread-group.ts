import { type CatalogueId, type ItemNumber, itemNumber, KindlingError } from '@kindling/domain';
import { byScoreThenKey } from '../fusion.js';
import type { StoredPoint, VectorHit, VectorPoint } from '../port.js';
import type { FoundHits, RequestOf, ThreadMemory, ThreadStart } from './messages.js';
import type { NumberedSpace } from './spaces.js';
import { ThreadClient } from './thread-client.js';

/** One tenant of one space, and where it has points. */
export interface Tenant {
  readonly space: NumberedSpace;
  readonly id: CatalogueId;
  /** Highest version that was applied, upserts and deletions. */
  version: number;
  /** Points by thread. */
  readonly points: number[];
  /** Counts changes, so that a snapshot knows whether it is up to date. */
  changes: number;
}

/** A hit with what was asked for beside the score. */
export interface DetailedHit extends VectorHit {
  readonly vector?: Float32Array;
  readonly values: readonly (string | number)[];
}

/** Requests that wait in all; beyond, callers are sent away instead of memory being filled. */
const maximumWaiting = 1_000;
/** Points a message: small enough that a query never waits long behind an import. */
const upsertSlice = 256;

/** The threads, and how work is dealt out to them: a point lives in thread key mod threads. */
export class ThreadGroup {
  private threads: readonly ThreadClient[];
  private waiting = 0;

  constructor(
    readonly size: number,
    private readonly start: ThreadStart,
  ) {
    this.threads = Array.from({ length: size }, () => new ThreadClient(start));
  }

  /** One thread's end takes a part of every tenant with it. */
  get hasLostThread(): boolean {
    return this.threads.some((thread) => thread.hasDied);
  }

  /** New, empty threads in place of all. */
  async restart(): Promise<void> {
    const old = this.threads;
    this.threads = Array.from({ length: this.size }, () => new ThreadClient(this.start));
    await Promise.all(old.map((thread) => thread.close()));
  }

  /** Applies points slice by slice; the next slice goes out when all threads have the last. */
  async upsert(tenant: Tenant, points: readonly VectorPoint[]): Promise<number> {
    let applied = 0;
    for (let from = 0; from < points.length; from += upsertSlice) {
      const parts = this.deal(points.slice(from, from + upsertSlice), (point) => point.key);
      const answers = parts.map(async (part, at) => {
        if (part.length === 0) return;
        const answer = await this.thread(at).ask<'upsert'>(upsertRequest(tenant, part));
        tenant.points[at] = answer.points;
        applied += answer.applied;
      });
      await settleAll(answers);
    }
    return applied;
  }

  async delete(tenant: Tenant, keys: readonly ItemNumber[], version: number): Promise<number> {
    let removed = 0;
    const answers = this.deal(keys, (key) => key).map(async (part, at) => {
      if (part.length === 0) return;
      const request = {
        do: 'delete',
        keys: Float64Array.from(part),
        version,
        shard: shardOf(tenant),
      } as const;
      const answer = await this.thread(at).ask<'delete'>(request);
      tenant.points[at] = answer.points;
      removed += answer.removed;
    });
    await settleAll(answers);
    return removed;
  }

  async drop(space: number, tenant?: CatalogueId): Promise<void> {
    const request = { do: 'drop', space, ...(tenant === undefined ? {} : { tenant }) } as const;
    await settleAll(this.threads.map((thread) => thread.ask<'drop'>(request)));
  }

  async fetch(tenant: Tenant, keys: readonly ItemNumber[]): Promise<ReadonlyMap<ItemNumber, StoredPoint>> {
    const { dimensions } = tenant.space.definition;
    const found = new Map<ItemNumber, StoredPoint>();
    const answers = this.deal([...new Set(keys)], (key) => key).map(async (part, at) => {
      if (part.length === 0 || !tenant.points[at]) return;
      const request = { do: 'fetch', keys: Float64Array.from(part), shard: shardOf(tenant) } as const;
      const { keys: foundKeys, versions, vectors } = await this.thread(at).ask<'fetch'>(request);
      for (const [row, key] of foundKeys.entries()) {
        const vector = vectors.slice(row * dimensions, (row + 1) * dimensions);
        found.set(itemNumber(key), { key: itemNumber(key), version: versions[row] ?? 0, vector });
      }
    });
    await this.bounded(() => settleAll(answers));
    return found;
  }

  /** One list a vector, merged from all threads. */
  async nearest(
    tenant: Tenant,
    query: Omit<RequestOf<'nearest'>, 'do' | 'shard'>,
  ): Promise<readonly (readonly DetailedHit[])[]> {
    const { dimensions } = tenant.space.definition;
    const request = { ...query, do: 'nearest', shard: shardOf(tenant) } as const;
    const answers = await this.bounded(() =>
      settleAll(this.threadsWithPoints(tenant).map((thread) => thread.ask<'nearest'>(request))),
    );
    return query.vectors.map((_, at) =>
      merge(
        answers.flatMap((lists) => lists[at] ?? []),
        query.limit,
        dimensions,
      ),
    );
  }

  async bestScore(
    tenant: Tenant,
    query: Omit<RequestOf<'bestScore'>, 'do' | 'shard'>,
  ): Promise<readonly DetailedHit[]> {
    const request = { ...query, do: 'bestScore', shard: shardOf(tenant) } as const;
    const answers = await this.bounded(() =>
      settleAll(this.threadsWithPoints(tenant).map((thread) => thread.ask<'bestScore'>(request))),
    );
    return merge(answers, query.limit, tenant.space.definition.dimensions);
  }

  diversify(request: Omit<RequestOf<'diversify'>, 'do'>): Promise<readonly number[]> {
    return this.bounded(() => this.thread(0).ask<'diversify'>({ ...request, do: 'diversify' }));
  }

  /** Writes one file a thread. */
  async save(tenant: Tenant, version: number, files: readonly string[]): Promise<void> {
    const { name, dimensions } = tenant.space.definition;
    const about = { space: name, tenant: tenant.id, dimensions, version, parts: files.length };
    await settleAll(
      files.map((file, part) =>
        this.thread(part).ask<'save'>({
          do: 'save',
          file,
          header: { ...about, part },
          shard: shardOf(tenant),
        }),
      ),
    );
  }

  /** Reads a snapshot, also one that was written by another number of threads. */
  async load(tenant: Tenant, version: number, files: readonly string[]): Promise<void> {
    const expected = { space: tenant.space.definition.name, tenant: tenant.id, version };
    const loads = this.threads.map(async (thread, at) => {
      const own = files.length === this.size ? files.slice(at, at + 1) : files;
      for (const file of own) {
        const split = { thread: at, threads: this.size };
        const request = { do: 'load', file, expected, ...split, shard: shardOf(tenant) } as const;
        tenant.points[at] = (await thread.ask<'load'>(request)).points;
      }
    });
    await settleAll(loads);
  }

  memory(): Promise<readonly ThreadMemory[]> {
    return Promise.all(this.threads.map((thread) => thread.ask<'memory'>({ do: 'memory' })));
  }

  async close(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.close()));
  }

  private thread(at: number): ThreadClient {
    const thread = this.threads[at];
    if (!thread) throw new KindlingError('INTERNAL', `The vector index has no thread ${at}`);
    return thread;
  }

  private threadsWithPoints(tenant: Tenant): readonly ThreadClient[] {
    return this.threads.filter((_, at) => (tenant.points[at] ?? 0) > 0);
  }

  private deal<T>(things: readonly T[], keyOf: (thing: T) => number): readonly (readonly T[])[] {
    const parts: T[][] = this.threads.map(() => []);
    for (const thing of things) parts[keyOf(thing) % this.size]?.push(thing);
    return parts;
  }

  private async bounded<T>(work: () => Promise<T>): Promise<T> {
    if (this.waiting >= maximumWaiting) {
      throw new KindlingError(
        'RATE_LIMITED',
        `${maximumWaiting} searches wait already; try again in a moment`,
        {
          retryAfterMs: 1_000,
        },
      );
    }
    this.waiting++;
    try {
      return await work();
    } finally {
      this.waiting--;
    }
  }
}

const shardOf = (tenant: Tenant) => ({
  space: tenant.space.number,
  tenant: tenant.id,
  dimensions: tenant.space.definition.dimensions,
});

function upsertRequest(tenant: Tenant, points: readonly VectorPoint[]): RequestOf<'upsert'> {
  const { dimensions } = tenant.space.definition;
  const vectors = new Float32Array(points.length * dimensions);
  for (const [at, point] of points.entries()) vectors.set(point.vector, at * dimensions);
  return {
    do: 'upsert',
    keys: Float64Array.from(points, (point) => point.key),
    versions: Float64Array.from(points, (point) => point.version),
    vectors,
    payloads: JSON.stringify(points.map((point) => point.payload)),
    shard: shardOf(tenant),
  };
}

function merge(found: readonly FoundHits[], limit: number, dimensions: number): readonly DetailedHit[] {
  const hits = found.flatMap(({ keys, scores, vectors, values }) =>
    Array.from(keys, (key, at) => ({
      key: itemNumber(key),
      score: scores[at] ?? 0,
      values: values?.[at] ?? [],
      ...(vectors ? { vector: vectors.subarray(at * dimensions, (at + 1) * dimensions) } : {}),
    })),
  );
  return hits.sort(byScoreThenKey).slice(0, limit);
}

/** Waits for all, also when one fails: a write that goes on behind a rejected promise would surprise the next one. */
async function settleAll<T>(promises: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}
