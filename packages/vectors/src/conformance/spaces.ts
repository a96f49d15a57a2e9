import { modelId } from '@kindling/domain';
import { describe, expect, it } from 'vitest';
import { type Bench, keysOf, makeSpace, needs, point, tenantA, tenantB, uniqueName, unit } from './world.js';

export function describeSpaces(bench: Bench): void {
  const east = unit([1, 0, 0, 0]);
  const search = (space: string, tenant = tenantA) =>
    bench.index().nearest({ space, tenant, vector: east, limit: 10 });

  describe('spaces', () => {
    it('are made once: again with the same definition changes nothing', async () => {
      const space = await makeSpace(bench, 4);
      await bench.index().upsert(space.name, tenantA, [point(1, east)]);
      await bench.index().ensureSpace(space);
      expect(keysOf(await search(space.name))).toEqual([1]);
      expect(await bench.index().listSpaces()).toContainEqual(space);
    });

    it('never mix models or dimensions: another definition of the name is a conflict', async () => {
      const space = await makeSpace(bench, 4);
      const others = [
        { ...space, dimensions: 8 },
        { ...space, model: modelId('other-model') },
      ];
      for (const other of others) {
        await expect(bench.index().ensureSpace(other)).rejects.toMatchObject({ code: 'CONFLICT' });
      }
    });

    it('are apart: a point of one is not seen in another', async () => {
      const [first, second] = [await makeSpace(bench, 4), await makeSpace(bench, 4)];
      await bench.index().upsert(first.name, tenantA, [point(1, east)]);
      await bench.index().upsert(second.name, tenantA, [point(2, east)]);
      expect(keysOf(await search(first.name))).toEqual([1]);
      expect(keysOf(await search(second.name))).toEqual([2]);
    });

    it('are gone after being dropped, and dropping twice is no error', async () => {
      const space = await makeSpace(bench, 4);
      await bench.index().upsert(space.name, tenantA, [point(1, east)]);
      await bench.index().dropSpace(space.name);
      await bench.index().dropSpace(space.name);
      expect((await bench.index().listSpaces()).map((one) => one.name)).not.toContain(space.name);
      await expect(search(space.name)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await bench.index().ensureSpace(space);
      expect(await search(space.name)).toEqual([]);
    });

    it('that do not exist are an error that names them', async () => {
      const name = uniqueName('nowhere');
      const calls = [
        () => search(name),
        () => bench.index().upsert(name, tenantA, [point(1, east)]),
        () => bench.index().fetch(name, tenantA, []),
        () => bench.index().freshness(name, tenantA),
        () => bench.index().switchAlias(uniqueName('alias'), name),
      ];
      for (const call of calls) {
        await expect(call()).rejects.toMatchObject({
          code: 'NOT_FOUND',
          message: expect.stringContaining(name),
        });
      }
    });
  });

  describe('tenants', () => {
    it('see nothing of one another, by any kind of read or write', async () => {
      const space = await makeSpace(bench, 4);
      const index = bench.index();
      await index.upsert(space.name, tenantA, [point(1, east), point(2, unit([1, 1, 0, 0]))]);
      await index.upsert(space.name, tenantB, [point(3, east)]);
      expect(keysOf(await search(space.name, tenantA))).toEqual([1, 2]);
      expect(keysOf(await search(space.name, tenantB))).toEqual([3]);
      expect(await index.fetch(space.name, tenantB, [point(1, east).key])).toEqual([]);
      expect(await index.freshness(space.name, tenantB)).toMatchObject({ points: 1 });
      const positive = [point(1, east).key];
      expect(
        await index.recommend({
          space: space.name,
          tenant: tenantB,
          positive,
          strategy: 'averageVector',
          limit: 5,
        }),
      ).toEqual([]);
      expect(await index.delete(space.name, tenantB, [point(1, east).key], 99)).toBe(0);
      expect(keysOf(await search(space.name, tenantA))).toEqual([1, 2]);
    });

    it('without points are empty, not an error', async () => {
      const space = await makeSpace(bench, 4);
      expect(await search(space.name)).toEqual([]);
      expect(await bench.index().fetch(space.name, tenantA, [point(1, east).key])).toEqual([]);
      expect(await bench.index().freshness(space.name, tenantA)).toEqual({ version: 0, points: 0 });
      await bench.index().deleteTenant(space.name, tenantA);
    });

    it('are erased whole, and only the one', async () => {
      const space = await makeSpace(bench, 4);
      await bench.index().upsert(space.name, tenantA, [point(1, east)]);
      await bench.index().upsert(space.name, tenantB, [point(2, east)]);
      await bench.index().deleteTenant(space.name, tenantA);
      expect(await search(space.name, tenantA)).toEqual([]);
      expect(await bench.index().freshness(space.name, tenantA)).toEqual({ version: 0, points: 0 });
      expect(keysOf(await search(space.name, tenantB))).toEqual([2]);
    });
  });

  describe('aliases', () => {
    it('stand for a space in reads and can be switched', async (ctx) => {
      needs(ctx, bench.index().capabilities.aliases, 'aliases');
      const [old, fresh] = [await makeSpace(bench, 4), await makeSpace(bench, 4)];
      const alias = uniqueName('alias');
      await bench.index().upsert(old.name, tenantA, [point(1, east)]);
      await bench.index().upsert(fresh.name, tenantA, [point(2, east)]);
      expect(await bench.index().resolveAlias(alias)).toBeNull();
      await bench.index().switchAlias(alias, old.name);
      expect(keysOf(await search(alias))).toEqual([1]);
      await bench.index().switchAlias(alias, fresh.name);
      expect(await bench.index().resolveAlias(alias)).toBe(fresh.name);
      expect(keysOf(await search(alias))).toEqual([2]);
      expect(await bench.index().freshness(alias, tenantA)).toEqual({ version: 2, points: 1 });
    });

    it('switch atomically: every reader sees the old space or the new one, never none or both', async (ctx) => {
      needs(ctx, bench.index().capabilities.aliases, 'aliases');
      const [old, fresh] = [await makeSpace(bench, 4), await makeSpace(bench, 4)];
      const alias = uniqueName('alias');
      await bench.index().upsert(old.name, tenantA, [point(1, east)]);
      await bench.index().upsert(fresh.name, tenantA, [point(2, east)]);
      await bench.index().switchAlias(alias, old.name);
      const answers: number[][] = [];
      const reads = async () => {
        for (let read = 0; read < 30; read++) answers.push(keysOf(await search(alias)));
      };
      const switches = async () => {
        for (let turn = 0; turn < 10; turn++) {
          await bench.index().switchAlias(alias, turn % 2 === 0 ? fresh.name : old.name);
        }
      };
      await Promise.all([reads(), reads(), switches()]);
      for (const answer of answers) expect([[1], [2]]).toContainEqual(answer);
    });

    it('and spaces share no name, and a space in use is not dropped', async (ctx) => {
      needs(ctx, bench.index().capabilities.aliases, 'aliases');
      const [first, second] = [await makeSpace(bench, 4), await makeSpace(bench, 4)];
      const alias = uniqueName('alias');
      await bench.index().switchAlias(alias, first.name);
      const conflicts = [
        () => bench.index().switchAlias(second.name, first.name),
        () => bench.index().ensureSpace({ ...first, name: alias }),
        () => bench.index().dropSpace(first.name),
      ];
      for (const call of conflicts) await expect(call()).rejects.toMatchObject({ code: 'CONFLICT' });
    });

    it('throw UNSUPPORTED where the engine has none', async (ctx) => {
      if (bench.index().capabilities.aliases) ctx.skip('the engine has aliases');
      const space = await makeSpace(bench, 4);
      await expect(bench.index().switchAlias(uniqueName('alias'), space.name)).rejects.toMatchObject({
        code: 'UNSUPPORTED',
      });
    });
  });
}
