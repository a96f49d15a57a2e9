import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '@kindling/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomUnit } from '../conformance/world.js';
import { Kernel } from './kernel.js';
import { loadKernelModule } from './kernel-module.js';
import { Shard } from './shard.js';
import { readSnapshot, writeSnapshot } from './snapshot-file.js';

describe('a snapshot file', () => {
  const expected = { space: 'text', tenant: 'shop', version: 77 };
  const random = seededRandom('snapshot file');
  let directory: string;
  let kernel: Kernel;
  let whole: Buffer;
  const newShard = () => new Shard(kernel, 32);
  const read = async (bytes: Buffer, about = expected) => {
    const file = join(directory, 'damaged.part');
    await writeFile(file, bytes);
    const shard = newShard();
    try {
      await readSnapshot(file, about, shard, () => true);
      return shard.points.size;
    } finally {
      shard.drop();
    }
  };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kindling-snapshot-file-'));
    kernel = new Kernel(await loadKernelModule(), 2 ** 30);
    const shard = newShard();
    for (let key = 0; key < 300; key++)
      shard.upsert(key, key, randomUnit(random, 32), { tags: [`t${key % 3}`] });
    for (let key = 400; key < 420; key++) shard.delete(key, 9);
    const file = join(directory, 'whole.part');
    await writeSnapshot(file, { ...expected, dimensions: 32, part: 0, parts: 1 }, shard);
    whole = await readFile(file);
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('is read as it was written', async () => {
    expect(await read(whole)).toBe(300);
  });

  it('with any one bit turned is refused', async () => {
    for (let round = 0; round < 200; round++) {
      // The first and last bytes for certain, then anywhere.
      const at =
        round < 60
          ? round
          : round < 80
            ? whole.length - 1 - (round - 60)
            : Math.floor(random() * whole.length);
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << Math.floor(random() * 8));
      await expect(read(damaged), `byte ${at}`).rejects.toThrow();
    }
  });

  it('cut short anywhere is refused', async () => {
    for (let round = 0; round < 60; round++) {
      const length = round < 5 ? whole.length - 1 - round : Math.floor(random() * whole.length);
      await expect(read(whole.subarray(0, length)), `cut at ${length}`).rejects.toThrow();
    }
  });

  it('of another space, tenant or version is refused', async () => {
    for (const other of [{ space: 'image' }, { tenant: 'news' }, { version: 78 }]) {
      await expect(read(whole, { ...expected, ...other })).rejects.toThrow(/its (space|tenant|version) is/);
    }
  });
});
