import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Encoder } from '../encoder.js';
import { openModelFolder } from '../model-folder.js';
import { writeTinyModel } from '../tiny-model.fixture.js';
import { LocalEncoder } from './local-encoder.js';

const settings = {
  device: 'cpu',
  threads: 1,
  batchTokens: 64,
  maximumPadding: 0.05,
  cacheBytes: 0,
  maximumWaiting: { interactive: 5, bulk: 100 },
} as const;
const crashing = new URL('./crashing-thread.fixture.ts', import.meta.url);
const opened: Encoder[] = [];

async function openCrashing(crashes: number): Promise<LocalEncoder> {
  const folder = await writeTinyModel({ tokens: {}, other: [3, 4] });
  await writeFile(join(folder, 'model.onnx.crashes'), String(crashes));
  const encoder = await LocalEncoder.open(await openModelFolder(folder), settings, crashing);
  opened.push(encoder);
  return encoder;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((encoder) => encoder.close()));
});

describe('an inference thread that dies', () => {
  it('costs nothing but time when it happens once: the batch is run again on a new thread', async () => {
    const encoder = await openCrashing(1);
    const [vector] = await encoder.encode(['one'], 'passage');
    expect([...(vector ?? [])]).toEqual([expect.closeTo(0.6), expect.closeTo(0.8)]);
  });

  it('fails its batch with the reason when it happens twice, and the encoder goes on', async () => {
    const encoder = await openCrashing(2);
    await expect(encoder.encode(['one'], 'passage')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('stopped with code 7'),
    });
    await expect(encoder.encode(['one'], 'passage')).resolves.toHaveLength(1);
  });
});

describe('a full queue', () => {
  it('refuses further texts with the time to wait, and takes them again once it has drained', async () => {
    const encoder = await openCrashing(0);
    const many = Array.from({ length: 500 }, (_, at) => `text ${at}`);
    const first = encoder.encode(many, 'query', { priority: 'interactive' });
    await expect(encoder.encode(['more'], 'query', { priority: 'interactive' })).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      details: { retryAfterMs: 1000 },
    });
    await expect(encoder.encode(['other lane'], 'passage')).resolves.toHaveLength(1);
    await first;
    await expect(encoder.encode(['more'], 'query', { priority: 'interactive' })).resolves.toHaveLength(1);
  });
});

describe('closing', () => {
  it('rejects what waits and what comes later', async () => {
    const encoder = await openCrashing(0);
    const waiting = encoder.encode(
      Array.from({ length: 300 }, (_, at) => `text ${at}`),
      'passage',
    );
    const rejected = expect(waiting).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await encoder.close();
    await rejected;
    await expect(encoder.encode(['late'], 'passage')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
