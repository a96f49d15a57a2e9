import { parentPort, workerData } from 'node:worker_threads';
import type { FilterPayload } from '@kindling/domain';
import { maximalMarginalRelevance } from '../maximal-marginal-relevance.js';
import { Kernel } from './kernel.js';
import type {
  FoundHits,
  PackedPoints,
  RequestOf,
  ShardAddress,
  ThreadAnswers,
  ThreadRequest,
  ThreadStart,
} from './messages.js';
import { type ScanHit, scanBestScore, scanNearest } from './scan.js';
import { groupValues } from './selection.js';
import { Shard } from './shard.js';
import { readSnapshot, writeSnapshot } from './snapshot-file.js';
import { ThreadError } from './thread-error.js';

/**
 * A thread of the embedded index: it alone touches its shards, one request at a time, so that no reader can meet a
 * half-written point and nothing needs a lock.
 */
class ShardThread {
  private readonly shards = new Map<string, Shard>();
  private readonly kernel: Kernel;

  constructor({ module, maximumBytes }: ThreadStart) {
    this.kernel = new Kernel(module, maximumBytes);
  }

  handle(
    request: ThreadRequest,
  ): ThreadAnswers[keyof ThreadAnswers] | Promise<ThreadAnswers['save' | 'load']> {
    switch (request.do) {
      case 'upsert':
        return this.upsert(request);
      case 'delete': {
        const shard = this.shardFor(request.shard);
        let removed = 0;
        for (const key of request.keys) if (shard.delete(key, request.version)) removed++;
        return { removed, points: shard.points.size };
      }
      case 'drop':
        return this.drop(request);
      case 'fetch':
        return this.fetch(request);
      case 'nearest': {
        const shard = this.shardFor(request.shard);
        const lists = scanNearest(this.kernel, shard, request.vectors, request, request);
        return lists.map((hits) => packHits(shard, hits, request.withVectors, request.valuesOf));
      }
      case 'bestScore': {
        const shard = this.shardFor(request.shard);
        const { positive, negative } = request;
        return packHits(
          shard,
          scanBestScore(this.kernel, shard, positive, negative, request, request),
          false,
        );
      }
      case 'diversify':
        return maximalMarginalRelevance(request.relevance, request.vectors, request.lambda, request.limit);
      case 'save':
        return this.save(request);
      case 'load':
        return this.load(request);
      case 'memory': {
        const shards = [...this.shards.values()];
        const sum = (of: (shard: Shard) => number) => shards.reduce((total, shard) => total + of(shard), 0);
        return {
          vectorBytes: this.kernel.usedBytes,
          reservedBytes: this.kernel.reservedBytes,
          payloadBytes: sum(
            (shard) => shard.payloads.bytes + shard.points.heapBytes + shard.deletions.size * 40,
          ),
          points: sum((shard) => shard.points.size),
          deletions: sum((shard) => shard.deletions.size),
        };
      }
    }
  }

  private shardFor({ space, tenant, dimensions }: ShardAddress): Shard {
    const name = `${space}/${tenant}`;
    let shard = this.shards.get(name);
    if (!shard) {
      shard = new Shard(this.kernel, dimensions);
      this.shards.set(name, shard);
    }
    return shard;
  }

  private upsert({ shard: address, keys, versions, vectors, payloads }: RequestOf<'upsert'>) {
    const shard = this.shardFor(address);
    const parsed = JSON.parse(payloads) as readonly FilterPayload[];
    // Before anything is applied, so that a slice is stored whole or refused whole.
    shard.points.reserve(keys.length);
    let applied = 0;
    for (const [at, key] of keys.entries()) {
      const vector = vectors.subarray(at * address.dimensions, (at + 1) * address.dimensions);
      if (shard.upsert(key, versions[at] ?? 0, vector, parsed[at] ?? {})) applied++;
    }
    return { applied, points: shard.points.size };
  }

  private drop({ space, tenant }: RequestOf<'drop'>): null {
    for (const [name, shard] of this.shards) {
      if (tenant === undefined ? !name.startsWith(`${space}/`) : name !== `${space}/${tenant}`) continue;
      shard.drop();
      this.shards.delete(name);
    }
    return null;
  }

  private fetch({ shard: address, keys }: RequestOf<'fetch'>): PackedPoints {
    const { points } = this.shardFor(address);
    const rows = [...keys].flatMap((key) => points.rowOfKey(key) ?? []);
    const vectors = new Float32Array(rows.length * address.dimensions);
    for (const [at, row] of rows.entries()) vectors.set(points.vectorAt(row), at * address.dimensions);
    return {
      keys: Float64Array.from(rows, (row) => points.keyAt(row)),
      versions: Float64Array.from(rows, (row) => points.versionAt(row)),
      vectors,
    };
  }

  private async save({ shard: address, file, header }: RequestOf<'save'>) {
    return { points: await writeSnapshot(file, header, this.shardFor(address)) };
  }

  private async load({ shard: address, file, expected, thread, threads }: RequestOf<'load'>) {
    const shard = this.shardFor(address);
    await readSnapshot(file, expected, shard, (key) => key % threads === thread);
    return { points: shard.points.size };
  }
}

function packHits(
  shard: Shard,
  hits: readonly ScanHit[],
  withVectors: boolean,
  valuesOf?: string,
): FoundHits {
  const { points, payloads } = shard;
  const packed: FoundHits = {
    keys: Float64Array.from(hits, (hit) => hit.key),
    scores: Float64Array.from(hits, (hit) => hit.score),
  };
  if (valuesOf !== undefined) {
    return { ...packed, values: hits.map((hit) => groupValues(payloads.valuesAt(hit.row, valuesOf))) };
  }
  if (!withVectors) return packed;
  const vectors = new Float32Array(hits.length * points.dimensions);
  for (const [at, hit] of hits.entries()) vectors.set(points.vectorAt(hit.row), at * points.dimensions);
  return { ...packed, vectors };
}

const port = parentPort;
if (!port) throw new Error('shard-thread.ts runs as a worker thread');
const thread = new ShardThread(workerData as ThreadStart);
port.on('message', async ({ id, request }: { readonly id: number; readonly request: ThreadRequest }) => {
  try {
    const handled = thread.handle(request);
    port.postMessage({ id, answer: handled instanceof Promise ? await handled : handled });
  } catch (error) {
    const code = error instanceof ThreadError ? error.code : 'INTERNAL';
    port.postMessage({
      id,
      error: { code, message: error instanceof Error ? error.message : String(error) },
    });
  }
});
