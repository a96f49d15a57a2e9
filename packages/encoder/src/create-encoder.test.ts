import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEncoder, type Encoder } from './index.js';

const sentences = ['This is an example sentence', 'Each sentence is converted'] as const;
/** The model card of the int8 export: this pair of sentences, in one batch, one activation scale for both. */
const published = [
  [0.0459, 0.0733, 0.054],
  [0.0819, 0.1076, -0.0132],
] as const;
/** The float32 model on the same sentences: what quantisation tries to keep. */
const float32 = [
  [0.0677, 0.0635, 0.0487],
  [0.0864, 0.1028, 0.0054],
] as const;

const dot = (a: Float32Array | undefined, b: Float32Array | undefined) =>
  [...(a ?? [])].reduce((sum, value, at) => sum + value * (b?.[at] ?? Number.NaN), 0);
const start = (vector: Float32Array | undefined) => [...(vector?.subarray(0, 3) ?? [])];
const words =
  'space war robots love story shop wireless headphones cotton shirt summer news election football'.split(
    ' ',
  );
const text = (seed: number, length: number) =>
  Array.from({ length }, (_, at) => words[(seed * 7 + at * (seed + 3)) % words.length]).join(' ');

describe('the packaged encoder', () => {
  let encoder: Encoder;
  beforeAll(async () => {
    encoder = await createEncoder({ device: 'cpu', threads: 2, cacheBytes: 0 });
  });
  afterAll(() => encoder.close());

  it('makes normalised vectors of 384 dimensions within 0.025 of the published values', async () => {
    const vectors = await encoder.encode(sentences, 'passage');
    expect(encoder.model).toMatchObject({
      dimensions: 384,
      pooling: 'mean',
      maximumTokens: 256,
      licence: 'Apache-2.0',
    });
    for (const [at, vector] of vectors.entries()) {
      expect(vector).toHaveLength(384);
      expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
      const wanted = published[at] ?? [];
      for (const [axis, value] of start(vector).entries()) {
        expect(Math.abs(value - (wanted[axis] ?? Number.NaN))).toBeLessThan(0.025);
      }
    }
  });

  it('comes within 0.012 of the float model, nearer than the published int8 values do', async () => {
    const vectors = await encoder.encode(sentences, 'passage');
    const distance = (a: readonly number[], b: readonly number[]) =>
      Math.hypot(...a.map((value, axis) => value - (b[axis] ?? Number.NaN)));
    for (const [at, vector] of vectors.entries()) {
      const wanted = float32[at] ?? [];
      for (const [axis, value] of start(vector).entries()) {
        expect(Math.abs(value - (wanted[axis] ?? Number.NaN))).toBeLessThan(0.012);
      }
      expect(distance(start(vector), wanted)).toBeLessThan(distance(published[at] ?? [], wanted));
    }
  });

  it('reproduces the published values to 4 decimals when the file is run as it is', async () => {
    const asIs = await createEncoder({ device: 'cpu', threads: 1, activationScales: 'file' });
    // Interactive texts share a batch whatever their lengths; the values are of the pair in one batch.
    const vectors = await asIs.encode(sentences, 'passage', { priority: 'interactive' });
    await asIs.close();
    for (const [at, vector] of vectors.entries()) {
      expect(start(vector)).toEqual((published[at] ?? []).map((value) => expect.closeTo(value, 3)));
    }
    expect(asIs.model.id).not.toBe(encoder.model.id);
  });

  it('puts texts of like meaning nearer than others', async () => {
    const [query, robots, cooking] = await encoder.encode(
      [
        'space war with robots',
        'Droids fight an empire among the stars',
        'A chef opens a small restaurant in Paris',
      ],
      'query',
    );
    expect(dot(query, robots)).toBeGreaterThan(dot(query, cooking) + 0.15);
  });

  it('gives a text the same vector alone and in any batch', async () => {
    const texts = Array.from({ length: 60 }, (_, at) => text(at, 1 + (at % 20) * 4));
    const together = await encoder.encode(texts, 'passage');
    for (const at of [0, 1, 7, 19, 33, 59]) {
      const [alone] = await encoder.encode([texts[at] ?? ''], 'passage', { priority: 'interactive' });
      expect(dot(alone, together[at])).toBeGreaterThan(0.99999);
    }
  });

  it('answers in the order of the texts, whatever their lengths', async () => {
    const texts = [text(1, 100), 'one', text(2, 50), 'two', text(3, 150), 'one'];
    const vectors = await encoder.encode(texts, 'passage');
    expect(dot(vectors[1], vectors[5])).toBeGreaterThan(0.99999);
    const [two] = await encoder.encode(['two'], 'passage');
    expect(dot(vectors[3], two)).toBeGreaterThan(0.99999);
  });

  it('cuts a text at 256 tokens with its closing [SEP]: what follows the window changes nothing', async () => {
    const window = Array.from({ length: 254 }, () => 'robot').join(' ');
    const [whole, cut, other] = await encoder.encode(
      [window, `${window} election football`, `election ${window}`],
      'passage',
    );
    expect(dot(whole, cut)).toBeGreaterThan(0.99999);
    expect(dot(whole, other)).toBeLessThan(0.9999);
  });

  it('has a vector for an empty text, and bounds the cost of an enormous one', async () => {
    const [empty, enormous] = await encoder.encode(['', 'word '.repeat(2_000_000)], 'passage');
    expect(Math.hypot(...(empty ?? []))).toBeCloseTo(1, 5);
    expect(enormous).toHaveLength(384);
    expect(await encoder.encode([], 'passage')).toEqual([]);
  });

  it('lets a person pass before the bulk: they wait for at most the batches that already run', async () => {
    const texts = Array.from({ length: 200 }, (_, at) => text(at, 40));
    let batches = 0;
    let firstBatch: () => void = () => {};
    const begun = new Promise<void>((resolve) => {
      firstBatch = resolve;
    });
    const bulk = encoder.encode(texts, 'passage', {
      onProgress: () => {
        batches++;
        firstBatch();
      },
    });
    await begun;
    const before = batches;
    await encoder.encode(['space war with robots'], 'query', { priority: 'interactive' });
    // Two threads, a batch each; one more may start while the text is tokenised.
    expect(batches - before).toBeLessThanOrEqual(3);
    await bulk;
    expect(batches).toBeGreaterThan(10);
  });

  it('stops when it is told to: the rest of an aborted call is not encoded', async () => {
    const abort = new AbortController();
    let done = 0;
    const call = encoder.encode(
      Array.from({ length: 2_000 }, (_, at) => text(at, 40)),
      'passage',
      {
        signal: abort.signal,
        onProgress: ({ texts }) => {
          done = texts;
          abort.abort(new Error('enough'));
        },
      },
    );
    await expect(call).rejects.toThrow('enough');
    await encoder.encode(['after'], 'passage');
    expect(done).toBeLessThan(100);
  });

  it('reports progress in real texts and tokens', async () => {
    const seen: { texts: number; tokens: number }[] = [];
    await encoder.encode(['one two', 'one', text(1, 30)], 'passage', {
      onProgress: (now) => seen.push({ ...now }),
    });
    expect(seen.at(-1)?.texts).toBe(3);
    expect(seen.at(-1)?.tokens).toBeGreaterThanOrEqual(4 + 3 + 32);
  });
});

describe('closing in the middle of an inference', () => {
  it('waits for the batch that runs, for to stop a thread inside it would abort the process', async () => {
    const encoder = await createEncoder({ device: 'cpu', threads: 1 });
    let running: () => void = () => {};
    const begun = new Promise<void>((resolve) => {
      running = resolve;
    });
    const texts = Array.from({ length: 500 }, (_, at) => text(at, 60));
    const call = encoder.encode(texts, 'passage', { onProgress: () => running() });
    const rejected = expect(call).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await begun;
    await encoder.close();
    await rejected;
  });
});

describe('the cache', () => {
  it('answers a text it has seen without inference, with an equal vector of its own', async () => {
    const encoder = await createEncoder({ device: 'cpu', threads: 1 });
    const [first] = await encoder.encode(['robots'], 'passage');
    let tokens = -1;
    const [second] = await encoder.encode(['robots'], 'passage', {
      onProgress: (done) => {
        tokens = done.tokens;
      },
    });
    await encoder.close();
    expect(tokens).toBe(0);
    expect(second).toEqual(first);
    expect(second).not.toBe(first);
  });
});

describe('the device', () => {
  it('is the CPU with a warning and the reason when CUDA is asked for and not there', async () => {
    const lines: [string, string][] = [];
    const encoder = await createEncoder({
      device: 'cuda',
      threads: 1,
      log: (level, message) => lines.push([level, message]),
    });
    await encoder.close();
    if (encoder.device.kind === 'cuda') return;
    expect(lines).toEqual([['warn', expect.stringMatching(/CUDA was asked for, but .*CUDA/)]]);
  });
});
