import { seededRandom } from '@kindling/domain';
import { describe, expect, it } from 'vitest';
import type { VectorPoint } from '../port.js';
import { type Bench, keysOf, makeSpace, numbers, point, randomUnit, tenantA, unit } from './world.js';

export function describeWrites(bench: Bench): void {
  const east = unit([1, 0, 0, 0]);
  const north = unit([0, 1, 0, 0]);
  const [one] = numbers(1);

  describe('upsert', () => {
    it('stores points so that fetch gives them back in the order asked', async () => {
      const space = await makeSpace(bench, 24);
      const random = seededRandom('fetch');
      const points = [3, 1, 2].map((key) => point(key, randomUnit(random, 24), {}, 10 + key));
      expect(await bench.index().upsert(space.name, tenantA, points)).toEqual({ applied: 3, stale: 0 });
      const stored = await bench.index().fetch(space.name, tenantA, numbers(2, 9, 3));
      expect(stored.map(({ key, version }) => ({ key, version }))).toEqual([
        { key: 2, version: 12 },
        { key: 3, version: 13 },
      ]);
      for (const found of stored) {
        const original = points.find((candidate) => candidate.key === found.key);
        found.vector.forEach((value, at) => {
          expect(value).toBeCloseTo(original?.vector[at] ?? NaN, 6);
        });
      }
    });

    it('replaces vector and payload by a newer version and by the same one', async () => {
      const space = await makeSpace(bench, 4);
      const index = bench.index();
      const scope = { space: space.name, tenant: tenantA, limit: 5, minimumScore: 0.5 };
      await index.upsert(space.name, tenantA, [point(1, east, { tags: ['old'] }, 5)]);
      for (const [version, vector, tag] of [
        [6, north, 'new'],
        [6, east, 'newest'],
      ] as const) {
        await index.upsert(space.name, tenantA, [point(1, vector, { tags: [tag] }, version)]);
        expect(keysOf(await index.nearest({ ...scope, vector }))).toEqual([1]);
        expect(keysOf(await index.nearest({ ...scope, vector: vector === east ? north : east }))).toEqual([]);
        const filter = { field: 'tags', in: [tag] };
        expect(keysOf(await index.nearest({ ...scope, vector, filter }))).toEqual([1]);
        const old = { field: 'tags', in: ['old'] };
        expect(keysOf(await index.nearest({ ...scope, vector, filter: old }))).toEqual([]);
      }
      expect(await index.freshness(space.name, tenantA)).toEqual({ version: 6, points: 1 });
    });

    it('leaves out and counts what is older than what is stored', async () => {
      const space = await makeSpace(bench, 4);
      await bench.index().upsert(space.name, tenantA, [point(1, east, {}, 7)]);
      const counts = await bench
        .index()
        .upsert(space.name, tenantA, [point(1, north, {}, 6), point(2, north, {}, 6)]);
      expect(counts).toEqual({ applied: 1, stale: 1 });
      expect((await bench.index().fetch(space.name, tenantA, numbers(1)))[0]?.version).toBe(7);
    });

    it('ends in the same state however often and in whatever order changes arrive', async () => {
      const random = seededRandom('order');
      const changes = Array.from({ length: 30 }, (_, at) =>
        point(1 + Math.floor(random() * 6), randomUnit(random, 8), {}, at + 1),
      );
      const newest = new Map(changes.map((change) => [change.key, change]));
      for (let round = 0; round < 3; round++) {
        const space = await makeSpace(bench, 8);
        const shuffled = [...changes, ...changes.slice(0, 10)]
          .map((change) => ({ change, order: random() }))
          .sort((a, b) => a.order - b.order)
          .map(({ change }) => change);
        for (let from = 0; from < shuffled.length; from += 7) {
          await bench.index().upsert(space.name, tenantA, shuffled.slice(from, from + 7));
        }
        const stored = await bench.index().fetch(space.name, tenantA, [...newest.keys()]);
        expect(stored.map(({ key, version }) => [key, version])).toEqual(
          [...newest].map(([key, change]) => [key, change.version]),
        );
        expect(await bench.index().freshness(space.name, tenantA)).toEqual({
          version: 30,
          points: newest.size,
        });
      }
    });

    const bad: readonly [string, VectorPoint][] = [
      ['NaN', point(42, Float32Array.of(NaN, 0, 0, 1))],
      ['infinity', point(42, Float32Array.of(Infinity, 0, 0, 1))],
      ['a wrong dimension', point(42, unit([1, 0, 0]))],
      ['a vector that is not normalised', point(42, Float32Array.of(3, 0, 0, 0))],
      ['a zero vector', point(42, new Float32Array(4))],
      ['an infinite number in the payload', point(42, east, { price: Infinity })],
      ['a version that is not whole', point(42, east, {}, 1.5)],
    ];
    it.each(bad)('refuses %s by naming the item, and stores nothing of the call', async (_, wrong) => {
      const space = await makeSpace(bench, 4);
      await expect(bench.index().upsert(space.name, tenantA, [point(1, east), wrong])).rejects.toMatchObject({
        code: 'BAD_INPUT',
        message: expect.stringContaining('42'),
      });
      expect(await bench.index().freshness(space.name, tenantA)).toEqual({ version: 0, points: 0 });
    });

    it('takes an empty list', async () => {
      const space = await makeSpace(bench, 4);
      expect(await bench.index().upsert(space.name, tenantA, [])).toEqual({ applied: 0, stale: 0 });
    });

    it('never shows a reader half of a vector', async () => {
      const dimensions = 64;
      const space = await makeSpace(bench, dimensions);
      const index = bench.index();
      const constant = (sign: number) => unit(Array.from({ length: dimensions }, () => sign));
      const [plus, minus] = [constant(1), constant(-1)];
      await index.upsert(space.name, tenantA, [point(1, plus, {}, 1)]);
      const write = async () => {
        for (let version = 2; version < 40; version++) {
          await index.upsert(space.name, tenantA, [point(1, version % 2 === 0 ? minus : plus, {}, version)]);
        }
      };
      const scores: number[] = [];
      const read = async () => {
        for (let turn = 0; turn < 40; turn++) {
          const hits = await index.nearest({ space: space.name, tenant: tenantA, vector: plus, limit: 1 });
          scores.push(...hits.map((hit) => hit.score));
        }
      };
      await Promise.all([write(), read(), read()]);
      expect(scores).toHaveLength(80);
      for (const score of scores) expect(Math.abs(score)).toBeCloseTo(1, 4);
    });
  });

  describe('delete', () => {
    it('removes points and answers how many', async () => {
      const space = await makeSpace(bench, 4);
      await bench.index().upsert(space.name, tenantA, [point(1, east), point(2, east), point(3, east)]);
      expect(await bench.index().delete(space.name, tenantA, numbers(1, 3, 77), 10)).toBe(2);
      const hits = await bench
        .index()
        .nearest({ space: space.name, tenant: tenantA, vector: east, limit: 9 });
      expect(keysOf(hits)).toEqual([2]);
      expect(await bench.index().fetch(space.name, tenantA, numbers(1, 3))).toEqual([]);
      expect(await bench.index().freshness(space.name, tenantA)).toEqual({ version: 10, points: 1 });
    });

    it('spares a newer version', async () => {
      const space = await makeSpace(bench, 4);
      await bench.index().upsert(space.name, tenantA, [point(1, east, {}, 8)]);
      expect(await bench.index().delete(space.name, tenantA, numbers(1), 7)).toBe(0);
      expect(await bench.index().fetch(space.name, tenantA, numbers(1))).toHaveLength(1);
    });

    it('keeps a late upsert out, even of a point never seen, and lets a newer one in', async () => {
      const space = await makeSpace(bench, 4);
      const index = bench.index();
      await index.upsert(space.name, tenantA, [point(1, east, {}, 5)]);
      await index.delete(space.name, tenantA, numbers(1, 2), 7);
      const late = [point(1, east, {}, 6), point(1, east, {}, 7), point(2, east, {}, 3)];
      for (const change of late) {
        expect(await index.upsert(space.name, tenantA, [change])).toEqual({ applied: 0, stale: 1 });
      }
      const search = () => index.nearest({ space: space.name, tenant: tenantA, vector: east, limit: 9 });
      expect(await search()).toEqual([]);
      expect(await index.upsert(space.name, tenantA, [point(1, east, {}, 8)])).toEqual({
        applied: 1,
        stale: 0,
      });
      expect(keysOf(await search())).toEqual([one]);
    });
  });
}
