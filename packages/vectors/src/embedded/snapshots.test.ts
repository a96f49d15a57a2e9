import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { catalogueId, itemNumber, modelId, seededRandom } from '@kindling/domain';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clusteredUnits, keysOf, point, randomUnit } from '../conformance/world.js';
import { createEmbeddedIndex, type EmbeddedIndex } from './embedded-index.js';

describe('snapshots of the embedded index', () => {
  const space = { name: 'text-model', model: modelId('model'), dimensions: 96 };
  const [shop, news] = [catalogueId('shop / ünï'), catalogueId('news')];
  const points = clusteredUnits('snapshot', 3_000, 96, 10).map((vector, at) =>
    point(at + 1, vector, { price: at % 10, tags: [`t${at % 5}`, 'Ünï "q"'], active: true, note: null }),
  );
  const query = { space: 'live', tenant: shop, vector: points[0]?.vector ?? new Float32Array(), limit: 50 };
  let directory: string;
  let logged: string[];
  const opened: EmbeddedIndex[] = [];
  const open = async (threads = 2) => {
    const log = (_: string, message: string) => void logged.push(message);
    const index = await createEmbeddedIndex({ directory, threads, log });
    opened.push(index);
    return index;
  };
  const filled = async () => {
    const index = await open();
    await index.ensureSpace(space);
    await index.switchAlias('live', space.name);
    await index.upsert(space.name, shop, points);
    await index.upsert(space.name, news, points.slice(0, 10));
    await index.delete(space.name, shop, [itemNumber(3)], 5_000);
    await index.saveSnapshots();
    return index;
  };
  const parts = async () => (await readdir(directory)).filter((file) => file.endsWith('.part'));

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kindling-snapshots-'));
    logged = [];
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((index) => index.close()));
    await rm(directory, { recursive: true, force: true });
  });

  it('and a thread that dies: load what was saved, say how far that reaches, and answer when it is whole again', async () => {
    const threads = vi.spyOn(Worker.prototype, 'postMessage');
    const index = await filled();
    const expected = await index.nearest(query);
    await index.upsert(space.name, shop, [point(9_999, randomUnit(seededRandom('late'), 96), {}, 6_000)]);
    expect((await index.freshness('live', shop)).version).toBe(6_000);
    const [thread] = threads.mock.contexts as Worker[];
    threads.mockRestore();
    await thread?.terminate();
    await expect(index.nearest(query)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await index.freshness('live', shop)).toEqual({ version: 5_000, points: 2_999 });
    await expect(index.nearest(query)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await index.delete(space.name, shop, [itemNumber(9_999)], 6_000);
    expect(await index.nearest(query)).toEqual(expected);
    expect(logged).toContain('A thread of the vector index has died; its vectors are loaded again');
  });

  it.each([1, 2, 3])('answer as before after a restart with %i thread(s)', async (threads) => {
    const before = await filled();
    const filter = {
      all: [
        { field: 'price', range: { gte: 3 } },
        { field: 'tags', in: ['t2', 't3'] },
      ],
    };
    const expected = [await before.nearest(query), await before.nearest({ ...query, filter })];
    await before.close();
    const after = await open(threads);
    expect(await after.listSpaces()).toEqual([space]);
    expect(await after.resolveAlias('live')).toBe(space.name);
    expect([await after.nearest(query), await after.nearest({ ...query, filter })]).toEqual(expected);
    expect(await after.freshness('live', shop)).toEqual({ version: 5_000, points: 2_999 });
    expect(await after.freshness('live', news)).toEqual({ version: 10, points: 10 });
    expect(logged).toEqual([]);
    // The deletion is remembered: a late upsert of the same point stays out.
    expect(await after.upsert(space.name, shop, points.slice(2, 3))).toEqual({ applied: 0, stale: 1 });
  });

  it('that are damaged leave their tenant empty, with a line in the log, and the others whole', async () => {
    await (await filled()).close();
    const manifest = JSON.parse(await readFile(join(directory, 'manifest.json'), 'utf8'));
    const [cut = ''] = manifest.manifest.tenants[0].files;
    await truncate(join(directory, cut), (await stat(join(directory, cut))).size - 1);
    const index = await open(1);
    expect(await index.freshness('live', shop)).toEqual({ version: 0, points: 0 });
    expect(await index.nearest(query)).toEqual([]);
    expect(await index.freshness('live', news)).toEqual({ version: 10, points: 10 });
    expect(logged).toEqual(['A vector snapshot is damaged; this tenant is rebuilt from the database']);
    expect(await index.upsert(space.name, shop, points)).toEqual({ applied: 3_000, stale: 0 });
  });

  it('with a damaged manifest start empty, with a line in the log', async () => {
    await (await filled()).close();
    const manifest = join(directory, 'manifest.json');
    await writeFile(manifest, (await readFile(manifest, 'utf8')).replace('5000', '5001'));
    const index = await open();
    expect(await index.listSpaces()).toEqual([]);
    expect(logged).toHaveLength(1);
  });

  it('written under a storm of changes lose nothing that was there: replayed changes complete them', async () => {
    const index = await filled();
    const random = seededRandom('storm');
    const current = new Map(points.filter((one) => one.key !== 3).map((one) => [Number(one.key), one]));
    const changes: (() => Promise<void>)[] = [];
    let version = 6_000;
    for (let round = 0; round < 60; round++) {
      const at = version++;
      const key = 1 + Math.floor(random() * 3_100);
      if (round % 3 === 0) {
        changes.push(async () => {
          const keys = [itemNumber(key), itemNumber(key + 1), itemNumber(key + 2)];
          for (const one of keys) current.delete(one);
          for (const open of opened) await open.delete(space.name, shop, keys, at);
        });
      } else {
        const change = point(key, randomUnit(random, 96), { price: round }, at);
        changes.push(async () => {
          current.set(key, change);
          for (const open of opened) await open.upsert(space.name, shop, [change]);
        });
      }
    }
    const saving = index
      .upsert(space.name, shop, [point(9_999, randomUnit(random, 96), {}, 5_500)])
      .then(() => index.saveSnapshots());
    current.set(9_999, point(9_999, randomUnit(seededRandom('unused'), 96), {}, 5_500));
    for (const change of changes) await change();
    await saving;
    await index.close();
    opened.splice(0);
    const after = await open();
    const { version: from } = await after.freshness('live', shop);
    expect(from).toBeGreaterThanOrEqual(5_500);
    for (const change of changes) await change();
    const stored = await after.fetch('live', shop, [...current.keys()].map(itemNumber));
    expect(stored.map(({ key, version: at }) => [Number(key), at])).toEqual(
      [...current].map(([key, one]) => [key, one.version]),
    );
    expect((await after.freshness('live', shop)).points).toBe(current.size);
  });

  it('hold nothing of a tenant that was erased, and replace their files', async () => {
    const index = await filled();
    expect(await parts()).toHaveLength(4);
    await index.upsert(space.name, shop, [point(1, points[1]?.vector ?? new Float32Array(), {}, 9_000)]);
    await index.saveSnapshots();
    expect(await parts()).toHaveLength(4);
    await index.deleteTenant(space.name, shop);
    expect(await parts()).toHaveLength(2);
    await index.close();
    const after = await open();
    expect(await after.nearest(query)).toEqual([]);
    expect(keysOf(await after.nearest({ ...query, tenant: news }))).toHaveLength(10);
  });

  it('are not written again while nothing changes', async () => {
    const index = await filled();
    const before = await parts();
    await index.saveSnapshots();
    expect(await parts()).toEqual(before);
    expect((await stat(join(directory, 'manifest.json'))).mode & 0o777).toBe(0o600);
  });
});
