import type { ItemNumber } from '@kindling/domain';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SpaceDefinition, VectorHit } from '../port.js';
import {
  type Bench,
  clusteredUnits,
  dot,
  expectBest,
  makeSpace,
  needs,
  numbers,
  oracle,
  point,
  tenantA,
} from './world.js';

export function describeFusionAndGroups(bench: Bench): void {
  const dimensions = 32;
  const points = clusteredUnits('fusion', 300, dimensions, 6).map((vector, at) =>
    point(at + 1, vector, {
      price: at % 10,
      ...(at % 9 === 0 ? {} : { tags: [`tag-${at % 4}`, `tag-${4 + (at % 3)}`] }),
      currency: `C${at % 13}`,
    }),
  );
  const [first, second] = clusteredUnits('fusion', 2, dimensions, 6, 0.5) as [Float32Array, Float32Array];
  let space: SpaceDefinition;
  beforeAll(async () => {
    space = await makeSpace(bench, dimensions);
    await bench.index().upsert(space.name, tenantA, points);
  });
  const scope = (limit: number) => ({ space: space.name, tenant: tenantA, limit });

  describe('fuse', () => {
    const outer = { field: 'price', range: { lt: 8 } };
    const inner = { field: 'price', range: { gte: 3 } };
    const exclude = numbers(1, 2, 3);
    /** Both formulas written out once more. */
    const fused = (
      method: 'reciprocalRank' | 'distributionBased',
      lists: readonly (readonly VectorHit[])[],
    ) => {
      const totals = new Map<ItemNumber, number>();
      for (const list of lists) {
        const mean = list.reduce((sum, hit) => sum + hit.score, 0) / list.length;
        const variance = list.reduce((sum, hit) => sum + (hit.score - mean) ** 2, 0) / (list.length - 1);
        const low = mean - 3 * Math.sqrt(variance);
        const high = mean + 3 * Math.sqrt(variance);
        list.forEach((hit, rank) => {
          const term = method === 'reciprocalRank' ? 1 / (2 + rank) : (hit.score - low) / (high - low);
          totals.set(hit.key, (totals.get(hit.key) ?? 0) + term);
        });
      }
      return [...totals]
        .map(([key, score]) => ({ key, score }))
        .sort((a, b) => b.score - a.score || a.key - b.key);
    };

    for (const method of ['reciprocalRank', 'distributionBased'] as const) {
      it(`adds up the lists by ${method}, with the filters of the whole and of each`, async (ctx) => {
        needs(ctx, bench.index().capabilities.fusion, 'fusion');
        const hits = await bench.index().fuse({
          ...scope(20),
          filter: outer,
          exclude,
          method,
          prefetch: [
            { vector: first, limit: 30 },
            { vector: second, limit: 40, filter: inner },
          ],
        });
        const lists = [
          oracle(points, { filter: outer, exclude }, (stored) => dot(stored, first)).slice(0, 30),
          oracle(points, { filter: { all: [outer, inner] }, exclude }, (stored) => dot(stored, second)).slice(
            0,
            40,
          ),
        ];
        // The standard deviation magnifies float32 scores' last digits.
        expectBest({ ...bench, tolerance: bench.tolerance * 20 }, hits, fused(method, lists), 20);
      });
    }

    it('holds minimumScore as a similarity in each list', async (ctx) => {
      needs(ctx, bench.index().capabilities.fusion, 'fusion');
      const prefetch = [
        { vector: first, limit: 30 },
        { vector: second, limit: 30 },
      ];
      const minimumScore = 0.5;
      const hits = await bench
        .index()
        .fuse({ ...scope(60), minimumScore, method: 'reciprocalRank', prefetch });
      const lists = prefetch.map(({ vector, limit }) =>
        oracle(points, { minimumScore }, (stored) => dot(stored, vector)).slice(0, limit),
      );
      expect(lists.flat().length).toBeGreaterThan(0);
      expectBest(bench, hits, fused('reciprocalRank', lists), 60);
    });

    it('throws UNSUPPORTED where the engine has none', async (ctx) => {
      if (bench.index().capabilities.fusion) ctx.skip('the engine has fusion');
      const query = {
        ...scope(5),
        method: 'reciprocalRank',
        prefetch: [{ vector: first, limit: 5 }],
      } as const;
      await expect(bench.index().fuse(query)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    });
  });

  describe('nearestGroups', () => {
    const valuesOf = (payload: Readonly<Record<string, unknown>>, field: string) => {
      const value = payload[field];
      return value === undefined ? [] : Array.isArray(value) ? value : [value];
    };
    it.for([
      ['a field of one value', 'currency', 5, 3],
      ['a numeric field', 'price', 4, 10],
      ['a list, by each of its values', 'tags', 4, 6],
      ['more groups than there are', 'price', 50, 2],
    ] as const)(
      'gives the best hits of the best groups by %s',
      async ([, groupBy, limit, groupSize], ctx) => {
        needs(ctx, bench.index().capabilities.groups, 'groups');
        const filter = { field: 'price', range: { gte: 1 } };
        const groups = await bench
          .index()
          .nearestGroups({ ...scope(limit), vector: first, filter, groupBy, groupSize });
        const all = oracle(points, { filter }, (stored) => dot(stored, first));
        const payloads = new Map(points.map((one) => [one.key, one.payload]));
        const truth = new Map<unknown, VectorHit[]>();
        for (const hit of all) {
          for (const value of valuesOf(payloads.get(hit.key) ?? {}, groupBy)) {
            truth.set(value, [...(truth.get(value) ?? []), hit]);
          }
        }
        expect(groups).toHaveLength(Math.min(limit, truth.size));
        const bests = groups.map((group) => group.hits[0]?.score ?? -Infinity);
        expect(bests).toEqual([...bests].sort((a, b) => b - a));
        const cut =
          [...truth.values()].map((hits) => hits[0]?.score ?? 0).sort((a, b) => b - a)[groups.length - 1] ??
          0;
        for (const group of groups) {
          const members = truth.get(group.value) ?? [];
          expect(members[0]?.score).toBeGreaterThanOrEqual(cut - bench.tolerance);
          expectBest(bench, group.hits, members, groupSize);
        }
      },
    );

    it('throws UNSUPPORTED where the engine has none', async (ctx) => {
      if (bench.index().capabilities.groups) ctx.skip('the engine has groups');
      const query = { ...scope(5), vector: first, groupBy: 'price', groupSize: 1 };
      await expect(bench.index().nearestGroups(query)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    });
  });
}
