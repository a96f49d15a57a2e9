import { itemNumber, seededRandom } from '@kindling/domain';
import { beforeAll, describe, expect, it } from 'vitest';
import { maximalMarginalRelevance } from '../maximal-marginal-relevance.js';
import { maximumLimit, type SpaceDefinition, type VectorPoint } from '../port.js';
import {
  type Bench,
  clusteredUnits,
  dot,
  expectBest,
  keysOf,
  makeSpace,
  needs,
  numbers,
  oracle,
  point,
  randomUnit,
  tenantA,
  unit,
} from './world.js';

export function describeNearest(bench: Bench): void {
  describe('nearest', () => {
    const dimensions = 384;
    const points: readonly VectorPoint[] = clusteredUnits('nearest', 2_000, dimensions, 20).map(
      (vector, at) => point(at + 1, vector, { price: at % 100, tags: [`tag-${at % 7}`, `tag-${at % 11}`] }),
    );
    const queries = clusteredUnits('nearest', 12, dimensions, 20, 0.7);
    let space: SpaceDefinition;
    beforeAll(async () => {
      space = await makeSpace(bench, dimensions);
      for (let from = 0; from < points.length; from += 500) {
        await bench.index().upsert(space.name, tenantA, points.slice(from, from + 500));
      }
    });
    const scope = (limit: number) => ({ space: space.name, tenant: tenantA, limit });

    it('finds the true nearest among thousands, best first', async () => {
      for (const vector of queries) {
        const hits = await bench.index().nearest({ ...scope(100), vector });
        expectBest(
          bench,
          hits,
          oracle(points, {}, (stored) => dot(stored, vector)),
          100,
        );
      }
    });

    it('finds the true nearest behind filters, selective ones and wide ones', async () => {
      const filters = [
        { field: 'price', range: { lt: 5 } },
        { field: 'price', range: { gte: 50 } },
        { all: [{ field: 'tags', in: ['tag-3'] }, { not: { field: 'price', range: { lt: 10 } } }] },
      ];
      for (const filter of filters) {
        for (const vector of queries.slice(0, 4)) {
          const hits = await bench.index().nearest({ ...scope(50), vector, filter });
          expectBest(
            bench,
            hits,
            oracle(points, { filter }, (stored) => dot(stored, vector)),
            50,
          );
        }
      }
    });

    it('never answers with an excluded point, and fills its place', async () => {
      for (const vector of queries.slice(0, 4)) {
        const best = await bench.index().nearest({ ...scope(20), vector });
        const exclude = [...best.slice(0, 10).map((hit) => hit.key), itemNumber(987_654)];
        const hits = await bench.index().nearest({ ...scope(20), vector, exclude });
        expectBest(
          bench,
          hits,
          oracle(points, { exclude }, (stored) => dot(stored, vector)),
          20,
        );
      }
    });

    it('leaves out what is below minimumScore', async () => {
      for (const vector of queries.slice(0, 4)) {
        const hits = await bench.index().nearest({ ...scope(100), vector, minimumScore: 0.3 });
        for (const hit of hits) expect(hit.score).toBeGreaterThanOrEqual(0.3);
        const truth = oracle(points, { minimumScore: 0.3 }, (stored) => dot(stored, vector));
        expect(hits.length).toBeGreaterThanOrEqual(Math.floor(Math.min(100, truth.length) * bench.recall));
      }
    });

    it('answers with all there is when the limit is larger', async () => {
      const vector = queries[0] ?? randomUnit(seededRandom('large'), dimensions);
      const hits = await bench.index().nearest({ ...scope(maximumLimit), vector });
      expectBest(
        bench,
        hits,
        oracle(points, {}, (stored) => dot(stored, vector)),
        maximumLimit,
      );
    });

    it('gives for many vectors what it gives for each', async () => {
      const filter = { field: 'price', range: { lt: 60 } };
      const exclude = numbers(1, 2, 3);
      const batch = await bench
        .index()
        .nearestBatch({ ...scope(15), vectors: queries, filter, exclude, minimumScore: 0.1 });
      expect(batch).toHaveLength(queries.length);
      for (const [at, vector] of queries.entries()) {
        const truth = oracle(points, { filter, exclude, minimumScore: 0.1 }, (stored) => dot(stored, vector));
        expectBest(bench, batch[at] ?? [], truth, 15);
      }
      expect(await bench.index().nearestBatch({ ...scope(5), vectors: [] })).toEqual([]);
    });

    it('normalises the query: its length changes nothing', async () => {
      const vector = queries[0] ?? randomUnit(seededRandom('scale'), dimensions);
      const [short, long] = await Promise.all([
        bench.index().nearest({ ...scope(20), vector: vector.map((value) => value * 0.01) }),
        bench.index().nearest({ ...scope(20), vector: vector.map((value) => value * 1000) }),
      ]);
      const truth = oracle(points, {}, (stored) => dot(stored, vector));
      expectBest(bench, short, truth, 20);
      expectBest(bench, long, truth, 20);
    });

    it('diversifies by maximal marginal relevance over the best candidates', async (ctx) => {
      needs(ctx, bench.index().capabilities.maximalMarginalRelevance, 'maximal marginal relevance');
      const byKey = new Map(points.map((one) => [one.key, one.vector]));
      for (const vector of queries.slice(0, 4)) {
        const candidates = oracle(points, {}, (stored) => dot(stored, vector)).slice(0, 40);
        const vectors = Float32Array.from(candidates.flatMap((hit) => [...(byKey.get(hit.key) ?? [])]));
        for (const lambda of [1, 0.5, 0]) {
          const hits = await bench
            .index()
            .nearest({ ...scope(10), vector, diversity: { lambda, candidates: 40 } });
          const picks = maximalMarginalRelevance(
            candidates.map((hit) => hit.score),
            vectors,
            lambda,
            10,
          );
          expect(keysOf(hits)).toEqual(picks.map((at) => Number(candidates[at]?.key)));
          hits.forEach((hit, at) => {
            expect(hit.score).toBeCloseTo(candidates[picks[at] ?? 0]?.score ?? NaN, 4);
          });
        }
      }
    });

    it('throws UNSUPPORTED for diversity where the engine has none', async (ctx) => {
      if (bench.index().capabilities.maximalMarginalRelevance) ctx.skip('the engine has it');
      const query = {
        ...scope(5),
        vector: queries[0] ?? new Float32Array(),
        diversity: { lambda: 0.5, candidates: 9 },
      };
      await expect(bench.index().nearest(query)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    });

    it.each([
      ['a zero vector', { vector: new Float32Array(dimensions) }],
      ['NaN', { vector: new Float32Array(dimensions).fill(NaN) }],
      ['a wrong dimension', { vector: unit([1, 2]) }],
      ['a limit of zero', { limit: 0 }],
      ['half a limit', { limit: 1.5 }],
      ['a limit beyond the bound', { limit: maximumLimit + 1 }],
    ])('refuses %s as bad input', async (_, wrong) => {
      const query = { ...scope(5), vector: queries[0] ?? new Float32Array(), ...wrong };
      await expect(bench.index().nearest(query)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    });
  });

  it('orders equal scores by key, also where the limit cuts through them', async (ctx) => {
    needs(ctx, bench.index().capabilities.exact, 'exact order');
    const random = seededRandom('ties');
    const [twin, other] = [randomUnit(random, 48), randomUnit(random, 48)];
    const keys = Array.from({ length: 120 }, (_, at) => at + 1).sort(() => random() - 0.5);
    const space = await makeSpace(bench, 48);
    await bench.index().upsert(
      space.name,
      tenantA,
      keys.map((key) => point(key, key % 3 === 0 ? other : twin)),
    );
    const hits = await bench.index().nearest({ space: space.name, tenant: tenantA, vector: twin, limit: 30 });
    const twins = keys.filter((key) => key % 3 !== 0).sort((a, b) => a - b);
    expect(keysOf(hits)).toEqual(twins.slice(0, 30));
  });

  it('holds for any number of dimensions', async () => {
    for (const dimensions of [1, 2, 3, 15, 17, 100, 768, 1536]) {
      const random = seededRandom(dimensions);
      const space = await makeSpace(bench, dimensions);
      const points = Array.from({ length: 40 }, (_, at) => point(at + 1, randomUnit(random, dimensions)));
      await bench.index().upsert(space.name, tenantA, points);
      const vector = randomUnit(random, dimensions);
      const hits = await bench.index().nearest({ space: space.name, tenant: tenantA, vector, limit: 10 });
      expectBest(
        bench,
        hits,
        oracle(points, {}, (stored) => dot(stored, vector)),
        10,
      );
    }
  });
}
