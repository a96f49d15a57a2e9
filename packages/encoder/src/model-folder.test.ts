import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { minilm } from '@kindling/minilm';
import { describe, expect, it } from 'vitest';
import { createEncoder, EncodingError } from './index.js';
import { openModelFolder } from './model-folder.js';
import { type TinyModel, wordIds, writeTinyModel } from './tiny-model.fixture.js';

const { cls, sep, one, two, three } = wordIds;
const vectors: TinyModel = {
  tokens: {
    [cls]: [1, 0, 0],
    [sep]: [0, 0, 0],
    [one]: [0, 2, 0],
    [two]: [0, 0, 3],
    [three]: [Number.NaN, 0, 0],
  },
  other: [1, 1, 1],
};

async function encodeWith(model: TinyModel, texts: readonly string[], options = {}): Promise<number[][]> {
  const encoder = await createEncoder({
    model: await writeTinyModel(model),
    device: 'cpu',
    threads: 1,
    ...options,
  });
  try {
    return (await encoder.encode(texts, 'passage')).map((vector) => [...vector]);
  } finally {
    await encoder.close();
  }
}

describe('a model folder', () => {
  it('is pooled by the mean over real tokens, and normalised, when nothing says otherwise', async () => {
    const [vector] = await encodeWith(vectors, ['one two']);
    const length = Math.hypot(1, 2, 3);
    expect(vector).toEqual([1, 2, 3].map((value) => expect.closeTo(value / length, 6)));
  });

  it('is pooled by its first token when 1_Pooling or the options say cls', async () => {
    const { mkdir } = await import('node:fs/promises');
    const folder = await writeTinyModel(vectors);
    await mkdir(join(folder, '1_Pooling'));
    await writeFile(join(folder, '1_Pooling/config.json'), JSON.stringify({ pooling_mode_cls_token: true }));
    expect((await openModelFolder(folder)).pooling).toBe('cls');
    expect(await encodeWith(vectors, ['one two'], { pooling: 'cls' })).toEqual([[1, 0, 0]]);
  });

  it('puts the prefixes of its own configuration before queries and passages', async () => {
    const folder = await writeTinyModel({
      ...vectors,
      extraFiles: { 'config_sentence_transformers.json': { prompts: { query: 'one ', document: 'two ' } } },
    });
    const encoder = await createEncoder({ model: folder, device: 'cpu', threads: 1 });
    const [query] = await encoder.encode(['one'], 'query');
    const [passage] = await encoder.encode(['one'], 'passage');
    await encoder.close();
    expect([...(query ?? [])]).toEqual([1, 4, 0].map((value) => expect.closeTo(value / Math.hypot(1, 4), 6)));
    expect([...(passage ?? [])]).toEqual(
      [1, 2, 3].map((value) => expect.closeTo(value / Math.hypot(1, 2, 3), 6)),
    );
  });

  it('takes its window from its configuration, and refuses a wider one than it has positions for', async () => {
    const config = { max_position_embeddings: 64 };
    const folder = await writeTinyModel({
      ...vectors,
      config,
      extraFiles: { 'sentence_bert_config.json': { max_seq_length: 32 } },
    });
    expect((await openModelFolder(folder)).maximumTokens).toBe(32);
    await expect(openModelFolder(folder, { maximumTokens: 65 })).rejects.toThrow(/8 to 64/);
  });

  it('has an identity that changes with anything that changes its vectors', async () => {
    const folder = await writeTinyModel(vectors);
    const base = (await openModelFolder(folder)).revision;
    expect((await openModelFolder(folder)).revision).toBe(base);
    const overrides = [
      { pooling: 'cls' },
      { queryPrefix: 'q' },
      { passagePrefix: 'q' },
      { maximumTokens: 9 },
    ] as const;
    for (const change of overrides) expect((await openModelFolder(folder, change)).revision).not.toBe(base);
  });

  it('says what is missing when it is no model', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kindling-empty-'));
    await expect(openModelFolder(folder)).rejects.toThrow(/holds no ONNX file; looked for model.onnx/);
    await expect(createEncoder({ model: '/no/such/folder' })).rejects.toThrow(/neither a folder/);
  });

  it('is refused when its files are of two models', async () => {
    const folder = await writeTinyModel({ ...vectors, config: { hidden_size: 8 } });
    await expect(createEncoder({ model: folder, device: 'cpu' })).rejects.toThrow(/3 dimensions.*says 8/);
  });

  it('is refused when the ONNX file is cut short', async () => {
    const folder = await writeTinyModel(vectors);
    const bytes = await readFile(join(folder, 'model.onnx'));
    await writeFile(join(folder, 'model.onnx'), bytes.subarray(0, bytes.length / 2));
    await expect(createEncoder({ model: folder, device: 'cpu' })).rejects.toThrow();
  });
});

describe('checksums', () => {
  it('refuse a packaged model of which one byte changed, naming the file and both sums', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kindling-damaged-'));
    await cp(minilm.folder, folder, { recursive: true });
    const path = join(folder, 'model.onnx');
    const bytes = await readFile(path);
    bytes.writeUInt8(bytes.readUInt8(9_000_000) ^ 1, 9_000_000);
    await writeFile(path, bytes);
    await expect(createEncoder({ model: folder })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining(`expected ${minilm.sha256['model.onnx']}`),
    });
    await rm(folder, { recursive: true });
  });
});

describe('a vector that is not finite', () => {
  it('fails with the index of its text and never comes back to the caller', async () => {
    const error = await encodeWith(vectors, ['one', 'two', 'three', 'one two']).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(EncodingError);
    expect(error.index).toBe(2);
  });

  it('fails only the call that its text belongs to', async () => {
    const encoder = await createEncoder({ model: await writeTinyModel(vectors), device: 'cpu', threads: 1 });
    const [broken, sound] = await Promise.allSettled([
      encoder.encode(['three'], 'passage'),
      encoder.encode(['two'], 'passage'),
    ]);
    await encoder.close();
    expect(broken.status).toBe('rejected');
    expect(sound.status).toBe('fulfilled');
  });
});
