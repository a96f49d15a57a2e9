import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { catalogueId, type ItemFilter, itemNumber, modelId, seededRandom } from '@kindling/domain';
import {
  createEmbeddedIndex,
  type EmbeddedIndex,
  type NearestQuery,
  type VectorPoint,
} from '@kindling/vectors';

const dimensions = 384;
const limit = 100;
const space = { name: 'bench', model: modelId('bench'), dimensions };
const tenant = catalogueId('bench');

/** Price is i mod 100, so these let through 5 % and 1 % of the points. */
const filters: Readonly<Record<'all' | 'fivePercent' | 'onePercent', ItemFilter | null>> = {
  all: null,
  fivePercent: { field: 'price', range: { lt: 5 } },
  onePercent: { field: 'price', range: { lt: 1 } },
};

/**
 * The embedded vector index on clustered, seeded vectors: latency of the top 100 without and behind filters, recall
 * against brute force in float64, writes, a cold start from a snapshot, memory, and how much of the bandwidth that
 * this machine's memory has in the same minute the scan uses. `peers` adds the scan one would write by hand in
 * JavaScript, over float32. Times are milliseconds.
 */
export async function benchVectors(options: { points?: number; peers?: boolean } = {}): Promise<object> {
  const count = options.points ?? 100_000;
  const threads = Math.min(2, availableParallelism());
  const { vectors, queries } = clustered(count, 240);
  const directory = await mkdtemp(join(tmpdir(), 'kindling-bench-'));
  const before = process.memoryUsage().rss;
  let index = await createEmbeddedIndex({ directory, threads });
  try {
    await index.ensureSpace(space);
    const writes = await measured(() => fill(index, vectors, count));
    const memory = await index.memory();
    const residentBytes = process.memoryUsage().rss - before;
    const bandwidth = await readBandwidth(threads);
    const searches = await searchAll(index, queries, count);
    const recall = await recallAt(index, vectors, queries.slice(0, 20));
    const whileWriting = await searchWhileWriting(index, vectors, queries);
    const save = await measured(() => index.saveSnapshots());
    await index.close();
    const load = await measured(async () => {
      index = await createEmbeddedIndex({ directory, threads });
    });
    const { points } = await index.freshness(space.name, tenant);
    // One byte a dimension, scale, error bound and estimate: what a scan without filter has to read.
    const scannedBytes = count * (dimensions + 12);
    const bytesPerSecond = scannedBytes / (searches.all.p50 / 1000);
    return {
      bench: 'vectors',
      points: count,
      dimensions,
      limit,
      threads,
      search: searches,
      recall,
      searchWhileWriting: whileWriting,
      bandwidth: {
        machineGigabytesPerSecond: bandwidth / 1e9,
        scanGigabytesPerSecond: bytesPerSecond / 1e9,
        shareOfLimit: bytesPerSecond / bandwidth,
      },
      upsertsPerSecond: Math.round(count / (writes.ms / 1000)),
      upsertCpuMs: writes.cpuMs,
      snapshotSaveMs: save.ms,
      coldLoad: { ms: load.ms, cpuMs: load.cpuMs, points },
      memory: {
        ...memory,
        residentBytes,
        bytesPerPoint: Math.round((memory.vectorBytes + memory.payloadBytes) / count),
      },
      ...(options.peers ? { peer: handWritten(vectors, queries.slice(0, 20), searches.all.p50) } : {}),
    };
  } finally {
    await index.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Vectors around 200 centres, as texts lie around topics. */
function clustered(count: number, queryCount: number) {
  const random = seededRandom('bench vectors');
  const direction = (target: Float32Array, centre: Float32Array | null, spread: number) => {
    let squares = 0;
    for (let at = 0; at < dimensions; at++) {
      const noise = (random() + random() + random() - 1.5) * 2;
      const value = spread * noise + (centre?.[at] ?? 0) * Math.sqrt(dimensions);
      target[at] = value;
      squares += value * value;
    }
    const norm = Math.sqrt(squares);
    for (let at = 0; at < dimensions; at++) target[at] = (target[at] ?? 0) / norm;
    return target;
  };
  const centres = Array.from({ length: 200 }, () => direction(new Float32Array(dimensions), null, 1));
  const centre = () => centres[Math.floor(random() * centres.length)] ?? null;
  const vectors = new Float32Array(count * dimensions);
  for (let at = 0; at < count; at++) direction(vectorAt(vectors, at), centre(), 1);
  const queries = Array.from({ length: queryCount }, () =>
    direction(new Float32Array(dimensions), centre(), 0.8),
  );
  return { vectors, queries };
}

const vectorAt = (vectors: Float32Array, at: number) =>
  vectors.subarray(at * dimensions, (at + 1) * dimensions);

const pointAt = (vectors: Float32Array, at: number, version: number): VectorPoint => ({
  key: itemNumber(at + 1),
  version,
  vector: vectorAt(vectors, at),
  payload: {
    categories: [`category-${at % 17}`, `category-${17 + (at % 5)}`],
    status: 'ACTIVE',
    price: at % 100,
    publishedAt: 1_700_000_000_000 + at * 1_000,
  },
});

async function fill(index: EmbeddedIndex, vectors: Float32Array, count: number): Promise<void> {
  for (let from = 0; from < count; from += 1_000) {
    const size = Math.min(1_000, count - from);
    const points = Array.from({ length: size }, (_, at) => pointAt(vectors, from + at, from + at + 1));
    await index.upsert(space.name, tenant, points);
  }
}

const query = (vector: Float32Array, filter: ItemFilter | null): NearestQuery => ({
  space: space.name,
  tenant,
  vector,
  limit,
  ...(filter ? { filter } : {}),
});

interface Latency {
  readonly p50: number;
  readonly p99: number;
  /** CPU time of the whole process a query, all threads. */
  readonly cpuMs: number;
}

/** The filters take turns, so that a busy moment of the machine falls on all of them. */
async function searchAll(index: EmbeddedIndex, queries: readonly Float32Array[], count: number) {
  const names = Object.keys(filters) as (keyof typeof filters)[];
  const times = { all: [] as number[], fivePercent: [] as number[], onePercent: [] as number[] };
  const cpu = { all: 0, fivePercent: 0, onePercent: 0 };
  for (const vector of queries.slice(0, 20)) await index.nearest(query(vector, null));
  for (let from = 0; from < queries.length; from += 20) {
    for (const name of names) {
      const cpuBefore = process.cpuUsage();
      for (const vector of queries.slice(from, from + 20)) {
        const start = performance.now();
        await index.nearest(query(vector, filters[name]));
        times[name].push(performance.now() - start);
      }
      cpu[name] += cpuMsSince(cpuBefore);
    }
  }
  const latency = (name: keyof typeof filters): Latency => ({
    ...quantiles(times[name]),
    cpuMs: cpu[name] / queries.length,
  });
  return {
    all: latency('all'),
    fivePercent: latency('fivePercent'),
    onePercent: latency('onePercent'),
    pointsPerSecond: Math.round(count / (quantiles(times.all).p50 / 1000)),
  };
}

/** A writer replaces points without pause while the same queries run. */
async function searchWhileWriting(
  index: EmbeddedIndex,
  vectors: Float32Array,
  queries: readonly Float32Array[],
) {
  let done = false;
  let written = 0;
  const count = vectors.length / dimensions;
  const write = async () => {
    for (let version = count + 1; !done; version++) {
      const points = Array.from({ length: 500 }, (_, at) =>
        pointAt(vectors, (written + at) % count, version),
      );
      await index.upsert(space.name, tenant, points);
      written += points.length;
    }
  };
  const start = performance.now();
  const writing = write();
  const times: number[] = [];
  for (const vector of queries.slice(0, 100)) {
    const asked = performance.now();
    await index.nearest(query(vector, null));
    times.push(performance.now() - asked);
  }
  done = true;
  await writing;
  return {
    ...quantiles(times),
    upsertsPerSecond: Math.round(written / ((performance.now() - start) / 1000)),
  };
}

/** The share of the true top 100 that the index answers with, the truth by brute force in float64. */
async function recallAt(index: EmbeddedIndex, vectors: Float32Array, queries: readonly Float32Array[]) {
  const found = { all: 0, fivePercent: 0 };
  const wanted = { all: 0, fivePercent: 0 };
  for (const vector of queries) {
    const scores = bruteForce(vectors, vector);
    for (const [name, keep] of [
      ['all', () => true],
      ['fivePercent', (at: number) => at % 100 < 5],
    ] as const) {
      const truth = [...scores.keys()]
        .filter(keep)
        .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
      const best = new Set(truth.slice(0, limit).map((at) => at + 1));
      const hits = await index.nearest(query(vector, filters[name]));
      found[name] += hits.filter((hit) => best.has(hit.key)).length;
      wanted[name] += best.size;
    }
  }
  return { all: found.all / wanted.all, fivePercent: found.fivePercent / wanted.fivePercent };
}

function bruteForce(vectors: Float32Array, vector: Float32Array): Float64Array {
  const scores = new Float64Array(vectors.length / dimensions);
  for (let row = 0; row < scores.length; row++) {
    let sum = 0;
    for (let at = 0; at < dimensions; at++) sum += (vectors[row * dimensions + at] ?? 0) * (vector[at] ?? 0);
    scores[row] = sum;
  }
  return scores;
}

function handWritten(vectors: Float32Array, queries: readonly Float32Array[], ours: number) {
  const times = queries.map((vector) => {
    const start = performance.now();
    const scores = bruteForce(vectors, vector);
    [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0)).slice(0, limit);
    return performance.now() - start;
  });
  const { p50 } = quantiles(times);
  return { name: 'float32 loop in JavaScript', p50, ratio: p50 / ours };
}

/** Bytes a second that `threads` threads read at once: memcmp over buffers far larger than any cache. */
async function readBandwidth(threads: number): Promise<number> {
  const code = `const { parentPort } = require('node:worker_threads');
    const size = 128 * 2 ** 20;
    const [a, b] = [Buffer.alloc(size, 1), Buffer.alloc(size, 1)];
    a.equals(b);
    parentPort.once('message', () => {
      const start = performance.now();
      for (let round = 0; round < 6; round++) a.equals(b);
      parentPort.postMessage((6 * 2 * size) / ((performance.now() - start) / 1000));
      process.exit();
    });
    parentPort.postMessage('ready');`;
  const workers = Array.from({ length: threads }, () => new Worker(code, { eval: true }));
  const next = (worker: Worker) => new Promise<unknown>((resolve) => worker.once('message', resolve));
  await Promise.all(workers.map(next));
  const rates = workers.map(next);
  for (const worker of workers) worker.postMessage('go');
  return (await Promise.all(rates)).reduce((sum: number, rate) => sum + Number(rate), 0);
}

async function measured(work: () => Promise<void>) {
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  await work();
  return { ms: performance.now() - start, cpuMs: cpuMsSince(cpuBefore) };
}

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function quantiles(times: readonly number[]) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}
