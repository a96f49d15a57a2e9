import { modelId, seededRandom } from '@kindling/domain';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { dot, randomUnit, unit } from '../conformance/world.js';
import { createEmbeddedIndex } from './embedded-index.js';
import { Kernel } from './kernel.js';
import { loadKernelModule } from './kernel-module.js';
import { scanNearest } from './scan.js';
import { Shard } from './shard.js';
import type { WasmModule } from './web-assembly.js';

describe('Shard', () => {
  let module: WasmModule;
  beforeAll(async () => {
    module = await loadKernelModule();
  });
  const newKernel = () => new Kernel(module, 2 ** 30);
  const everything = { limit: 10, minimumScore: -Infinity };

  it('finds the true best for vectors that int8 holds badly: spikes, tiny tails, near twins', () => {
    const component = fc.oneof(
      fc.constantFrom(0, 1, -1, 1e-3, -1e-3, 1e-6, 0.5, 1e-20),
      fc.double({ min: -1, max: 1, noNaN: true }),
    );
    const vector = fc
      .array(component, { minLength: 24, maxLength: 24 })
      .filter((values) => values.some((value) => Math.abs(value) > 1e-3))
      .map(unit);
    fc.assert(
      fc.property(fc.array(vector, { minLength: 30, maxLength: 60 }), vector, (vectors, query) => {
        const kernel = newKernel();
        const shard = new Shard(kernel, 24);
        // Near twins: differences far below the steps of int8.
        const all = vectors.flatMap((one) => [one, unit([...one].map((value, at) => value + at * 1e-5))]);
        for (const [at, one] of all.entries()) shard.upsert(at, 1, one, {});
        const truth = all
          .map((one, key) => ({ key, score: dot(one, query) }))
          .sort((a, b) => b.score - a.score || a.key - b.key);
        const [hits = []] = scanNearest(kernel, shard, [query], everything, {});
        const cut = truth[9]?.score ?? 0;
        expect(hits).toHaveLength(10);
        for (const hit of hits) expect(dot(all[hit.key] ?? query, query)).toBeGreaterThanOrEqual(cut - 1e-12);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps scale and error of a point with it when deletions move it to another row', () => {
    // Flat vectors, which int8 holds without error, before spiky ones, which it holds badly.
    const random = seededRandom('moves');
    const flat = unit(Array.from({ length: 24 }, () => 1));
    const spiky = () => unit([40, ...randomUnit(random, 23)]);
    const kernel = newKernel();
    const shard = new Shard(kernel, 24);
    const query = randomUnit(random, 24);
    const kept: { key: number; vector: Float32Array }[] = [];
    for (let key = 0; key < 400; key++) {
      const vector = key < 200 ? flat : spiky();
      shard.upsert(key, 1, vector, {});
      if (key >= 200) kept.push({ key, vector });
    }
    for (let key = 0; key < 200; key++) shard.delete(key, 2);
    const truth = kept
      .map(({ key, vector }) => ({ key, score: dot(vector, query) }))
      .sort((a, b) => b.score - a.score || a.key - b.key);
    const [hits = []] = scanNearest(kernel, shard, [query], { limit: 10, minimumScore: -Infinity }, {});
    expect(hits.map((hit) => hit.key)).toEqual(truth.slice(0, 10).map((hit) => hit.key));
  });

  it('does not overflow where every product is as large as int8 and int16 allow', () => {
    for (const dimensions of [384, 4_096]) {
      const kernel = newKernel();
      const shard = new Shard(kernel, dimensions);
      const flat = unit(Array.from({ length: dimensions }, () => 1));
      shard.upsert(1, 1, flat, {});
      shard.upsert(
        2,
        1,
        flat.map((value) => -value),
        {},
      );
      const [hits = []] = scanNearest(kernel, shard, [flat], everything, {});
      expect(hits.map((hit) => [hit.key, Math.round(hit.score * 1e4) / 1e4])).toEqual([
        [1, 1],
        [2, -1],
      ]);
    }
  });

  it('gives memory back as points go, and takes it again for others', () => {
    const kernel = newKernel();
    const shard = new Shard(kernel, 384);
    const random = seededRandom('memory');
    const one = randomUnit(random, 384);
    const empty = kernel.usedBytes;
    for (let key = 0; key < 2_000; key++) shard.upsert(key, 1, one, { price: key });
    const full = kernel.usedBytes;
    const reserved = kernel.reservedBytes;
    for (let key = 0; key < 2_000; key++) shard.delete(key, 2);
    expect(shard.points.size).toBe(0);
    expect(kernel.usedBytes).toBe(empty);
    const other = new Shard(kernel, 384);
    for (let key = 0; key < 2_000; key++) other.upsert(key, 1, one, {});
    expect(kernel.usedBytes).toBe(full);
    expect(kernel.reservedBytes).toBe(reserved);
  });
});

describe('the memory limit of the embedded index', () => {
  it('refuses what would not fit by name of the limit, and goes on answering', async () => {
    const index = await createEmbeddedIndex({ threads: 1, maximumBytes: 24 * 2 ** 20 });
    const space = { name: 'text', model: modelId('m'), dimensions: 1_024 };
    await index.ensureSpace(space);
    const random = seededRandom('limit');
    const vector = randomUnit(random, 1_024);
    const tenant = 'shop' as Parameters<typeof index.freshness>[1];
    const batch = (from: number) =>
      Array.from({ length: 200 }, (_, at) => ({
        key: (from + at) as never,
        version: 1,
        vector,
        payload: {},
      }));
    let refusal: unknown;
    let stored = 0;
    for (; refusal === undefined && stored < 100_000; stored += 200) {
      refusal = await index.upsert(space.name, tenant, batch(stored)).then(
        () => undefined,
        (error: unknown) => error,
      );
    }
    expect(refusal).toMatchObject({ code: 'TOO_LARGE', message: expect.stringContaining('24 MiB') });
    const hits = await index.nearest({ space: space.name, tenant, vector, limit: 3 });
    expect(hits.map((hit) => hit.key)).toEqual([0, 1, 2]);
    await index.close();
  });
});
