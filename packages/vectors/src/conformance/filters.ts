import { type FilterPayload, type ItemFilter, matchesFilter, seededRandom } from '@kindling/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bench, keysOf, makeSpace, needs, point, randomUnit, tenantA } from './world.js';

const fields = ['categories', 'tags', 'price', 'attributes.colour', 'attributes.mixed', 'attributes.rare'];
const scalar = fc.oneof(
  fc.constantFrom('red', 'blue', '', '1', 'true', 'null', 'Ünï', '电影', 'a"b\\c', 'x'.repeat(300)),
  fc.constantFrom(0, 1, -1, 1.5, 2, 3, 1e12, -0.25),
  fc.boolean(),
);
const payloadValue = fc.oneof(scalar, fc.constant(null), fc.array(scalar, { maxLength: 4 }));
const payload: fc.Arbitrary<FilterPayload> = fc.dictionary(fc.constantFrom(...fields), payloadValue, {
  noNullPrototype: true,
});
const bound = fc.option(fc.constantFrom(-1, 0, 1, 1.5, 2, 1e12), { nil: undefined, freq: 2 });
const range = fc
  .record({ gte: bound, gt: bound, lte: bound, lt: bound })
  .map((bounds) => Object.fromEntries(Object.entries(bounds).filter(([, value]) => value !== undefined)));
const field = fc.constantFrom(...fields, 'attributes.nowhere', 'constructor');
const { filter } = fc.letrec<{ filter: ItemFilter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ field, in: fc.array(scalar, { maxLength: 4 }) }),
    fc.record({ field, range }),
    fc.record({ all: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ not: tie('filter') }),
  ),
}));

export function describeFilters(bench: Bench): void {
  describe('filters', () => {
    it('agree with the reference reading, whatever the payloads and the filter', async (ctx) => {
      needs(ctx, bench.index().capabilities.filters, 'filters');
      const random = seededRandom('filters');
      const worlds = await Promise.all(
        fc
          .sample(fc.array(payload, { minLength: 40, maxLength: 40 }), { seed: 7, numRuns: 4 })
          .map(async (payloads) => {
            const space = await makeSpace(bench, 8);
            const points = payloads.map((one, at) => point(at + 1, randomUnit(random, 8), one));
            await bench.index().upsert(space.name, tenantA, points);
            return { space, points };
          }),
      );
      const vector = randomUnit(random, 8);
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...worlds), filter, async ({ space, points }, condition) => {
          const hits = await bench
            .index()
            .nearest({ space: space.name, tenant: tenantA, vector, filter: condition, limit: 100 });
          const truth = points.filter((one) => matchesFilter(one.payload, condition));
          expect(keysOf(hits).sort((a, b) => a - b)).toEqual(keysOf(truth));
        }),
        { numRuns: bench.propertyRuns },
      );
    });

    it('still agree after points were replaced and deleted', async (ctx) => {
      needs(ctx, bench.index().capabilities.filters, 'filters');
      const random = seededRandom('changes');
      const payloads = fc.sample(payload, { seed: 11, numRuns: 120 });
      const space = await makeSpace(bench, 8);
      const current = new Map<number, FilterPayload>();
      for (const [at, one] of payloads.entries()) {
        const key = 1 + (at % 30);
        if (at % 4 === 3) {
          const victim = point(1 + Math.floor(random() * 30), randomUnit(random, 8));
          await bench.index().delete(space.name, tenantA, [victim.key], 2 * at);
          current.delete(victim.key);
        }
        await bench.index().upsert(space.name, tenantA, [point(key, randomUnit(random, 8), one, 2 * at + 1)]);
        current.set(key, one);
      }
      const vector = randomUnit(random, 8);
      for (const condition of fc.sample(filter, { seed: 13, numRuns: 60 })) {
        const hits = await bench
          .index()
          .nearest({ space: space.name, tenant: tenantA, vector, filter: condition, limit: 100 });
        const truth = [...current].filter(([, one]) => matchesFilter(one, condition)).map(([key]) => key);
        expect(keysOf(hits).sort((a, b) => a - b)).toEqual(truth.sort((a, b) => a - b));
      }
    });

    it('throw UNSUPPORTED where the engine has none', async (ctx) => {
      if (bench.index().capabilities.filters) ctx.skip('the engine has filters');
      const space = await makeSpace(bench, 4);
      const vector = randomUnit(seededRandom('unsupported'), 4);
      const query = { space: space.name, tenant: tenantA, vector, filter: { all: [] }, limit: 1 };
      await expect(bench.index().nearest(query)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    });
  });
}
