import { itemNumber, seededRandom } from '@kindling/domain';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RecommendStrategy, SpaceDefinition, VectorExample } from '../port.js';
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
  randomUnit,
  tenantA,
  unit,
} from './world.js';

const strategies: readonly RecommendStrategy[] = ['averageVector', 'bestScore', 'sumScores'];

export function describeRecommend(bench: Bench): void {
  describe('recommend', () => {
    const dimensions = 32;
    const points = clusteredUnits('recommend', 400, dimensions, 8).map((vector, at) =>
      point(at + 1, vector, { price: at % 10 }),
    );
    const byKey = new Map(points.map((one) => [one.key, one.vector]));
    const free = randomUnit(seededRandom('example'), dimensions);
    let space: SpaceDefinition;
    beforeAll(async () => {
      space = await makeSpace(bench, dimensions);
      await bench.index().upsert(space.name, tenantA, points);
    });

    const vectorOf = (example: VectorExample) =>
      example instanceof Float32Array ? example : (byKey.get(example) ?? new Float32Array(dimensions));
    /** The strategies written out once more, term by term, so that engines are not measured by their own code. */
    const scorer = (
      strategy: RecommendStrategy,
      positive: readonly Float32Array[],
      negative: readonly Float32Array[],
    ) => {
      const best = (vector: Float32Array, examples: readonly Float32Array[]) =>
        Math.max(-Infinity, ...examples.map((example) => dot(vector, example)));
      const sum = (vector: Float32Array, examples: readonly Float32Array[]) =>
        examples.reduce((total, example) => total + dot(vector, example), 0);
      const fastSigmoid = (x: number) => 0.5 + (0.5 * x) / (1 + Math.abs(x));
      if (strategy === 'bestScore') {
        return (vector: Float32Array) => {
          const [p, n] = [best(vector, positive), best(vector, negative)];
          return p > n ? fastSigmoid(p) : -fastSigmoid(n);
        };
      }
      if (strategy === 'sumScores') {
        return (vector: Float32Array) => sum(vector, positive) - sum(vector, negative);
      }
      const mean = (examples: readonly Float32Array[], at: number) =>
        examples.reduce((total, example) => total + (example[at] ?? 0), 0) / examples.length;
      const target = unit(
        Array.from({ length: dimensions }, (_, at) =>
          negative.length === 0 ? mean(positive, at) : 2 * mean(positive, at) - mean(negative, at),
        ),
      );
      return (vector: Float32Array) => dot(vector, target);
    };

    const cases: readonly {
      readonly title: string;
      readonly positive: VectorExample[];
      readonly negative: VectorExample[];
    }[] = [
      { title: 'one liked item', positive: numbers(5), negative: [] },
      {
        title: 'several liked items and a free vector',
        positive: [...numbers(5, 77, 200), free],
        negative: [],
      },
      { title: 'liked and disliked items', positive: numbers(5, 77, 300), negative: numbers(9, 40) },
      {
        title: 'many examples of both kinds',
        positive: numbers(1, 2, 3, 4, 5, 6, 7),
        negative: [free, ...numbers(8, 9, 10, 11, 12, 13)],
      },
      { title: 'dislikes only', positive: [], negative: numbers(9, 40) },
    ];
    for (const strategy of strategies) {
      for (const { title, positive, negative } of cases) {
        if (strategy === 'averageVector' && positive.length === 0) continue;
        it(`${strategy}: scores by ${title} and leaves the examples out`, async (ctx) => {
          needs(ctx, bench.index().capabilities.recommendStrategies.includes(strategy), strategy);
          const exclude = numbers(100, 101);
          const filter = { field: 'price', range: { lt: 8 } };
          const hits = await bench.index().recommend({
            space: space.name,
            tenant: tenantA,
            positive,
            negative,
            strategy,
            limit: 25,
            filter,
            exclude,
          });
          const examples = [...positive, ...negative].filter((one) => typeof one === 'number');
          const truth = oracle(
            points,
            { filter, exclude: [...exclude, ...examples] },
            scorer(strategy, positive.map(vectorOf), negative.map(vectorOf)),
          );
          expectBest({ ...bench, tolerance: bench.tolerance * 4 }, hits, truth, 25);
        });
      }

      it(`${strategy}: goes by the examples that are there; without any there are no hits`, async (ctx) => {
        needs(ctx, bench.index().capabilities.recommendStrategies.includes(strategy), strategy);
        const ask = (positive: readonly VectorExample[]) =>
          bench.index().recommend({ space: space.name, tenant: tenantA, positive, strategy, limit: 10 });
        const [unknown] = numbers(99_999);
        expect(await ask([itemNumber(5), unknown ?? itemNumber(0)])).toEqual(await ask(numbers(5)));
        expect(await ask(numbers(99_999))).toEqual([]);
      });

      it(`${strategy}: refuses a call without examples`, async (ctx) => {
        needs(ctx, bench.index().capabilities.recommendStrategies.includes(strategy), strategy);
        await expect(
          bench.index().recommend({ space: space.name, tenant: tenantA, positive: [], strategy, limit: 10 }),
        ).rejects.toMatchObject({ code: 'BAD_INPUT' });
      });

      it(`${strategy}: throws UNSUPPORTED where the engine lacks it`, async (ctx) => {
        if (bench.index().capabilities.recommendStrategies.includes(strategy)) ctx.skip('the engine has it');
        const query = { space: space.name, tenant: tenantA, positive: numbers(5), strategy, limit: 10 };
        await expect(bench.index().recommend(query)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
      });
    }
  });
}
