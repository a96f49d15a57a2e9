import { existsSync, readdirSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { withRowScales } from '../onnx/row-scales.js';
import type { TokenisedTexts } from './tokenizer-thread.js';

export interface SessionSettings {
  readonly onnxPath: string;
  readonly pooling: 'mean' | 'cls';
  readonly device: 'auto' | 'cpu' | 'cuda';
  /** What an empty text becomes: used to try the session once before it is trusted. */
  readonly probe: readonly number[];
  readonly padId: number;
  /**
   * 'row': a dynamically quantised model scales each token's activations on their own, so that a text's vector does
   * not depend on its batch. 'file': as the file says, one scale for a whole batch.
   */
  readonly activationScales: 'row' | 'file';
}

export interface InferenceDevice {
  readonly kind: 'cpu' | 'cuda';
  readonly note: string;
}

/** One vector a row, L2-normalised, one after the other; `broken` names rows that are not finite numbers. */
export interface EncodedBatch {
  readonly vectors: Float32Array;
  readonly broken: readonly number[];
}

/** Opens the session on the wanted device, or on the CPU with the reason: the device is proven by one inference. */
export async function openEncoderSession(
  settings: SessionSettings,
): Promise<{ session: EncoderSession; device: InferenceDevice }> {
  const onCpu = async (note: string) => ({
    session: await EncoderSession.open(settings, ['cpu']),
    device: { kind: 'cpu' as const, note },
  });
  if (settings.device === 'cpu') return onCpu('the CPU');
  if (!cudaIsInstalled()) {
    return onCpu(
      'the CPU: the CUDA libraries of onnxruntime-node are not installed (ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js)',
    );
  }
  try {
    const session = await EncoderSession.open(settings, ['cuda']);
    return { session, device: { kind: 'cuda', note: 'CUDA, proven by one inference' } };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return onCpu(`the CPU: CUDA is installed but does not work here (${reason})`);
  }
}

/** Looked for first, because the runtime writes to stderr by itself when it is asked for what is not there. */
function cudaIsInstalled(): boolean {
  const home = dirname(dirname(createRequire(import.meta.url).resolve('onnxruntime-node')));
  const bin = join(home, 'bin');
  const library =
    process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
  return readdirSync(bin).some((abi) => existsSync(join(bin, abi, process.platform, process.arch, library)));
}

/** A BERT-family ONNX model on one thread: token ids in, pooled and normalised vectors out. */
export class EncoderSession {
  readonly #session: InferenceSession;
  readonly #settings: SessionSettings;
  readonly #output: string;
  /** False for a model that scales a whole batch at once: the same text then differs from batch to batch. */
  readonly batchIndependent: boolean;
  #dimensions = 0;

  private constructor(session: InferenceSession, settings: SessionSettings, batchIndependent: boolean) {
    this.#session = session;
    this.batchIndependent = batchIndependent;
    this.#settings = settings;
    this.#output = chooseOutput(session.outputNames);
  }

  static async open(settings: SessionSettings, providers: readonly string[]): Promise<EncoderSession> {
    const options: InferenceSession.SessionOptions = {
      executionProviders: [...providers],
      // Two sessions of one thread each beat one session of two, and a spinning pool steals from both.
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
      logSeverityLevel: 4,
    };
    const quantised = await readIfQuantisedByBatch(settings.onnxPath);
    const rewritten = quantised && settings.activationScales === 'row' ? withRowScales(quantised) : null;
    const session = await (rewritten
      ? InferenceSession.create(rewritten, options)
      : InferenceSession.create(settings.onnxPath, options));
    const unknown = session.inputNames.filter((name) => !knownInputs.has(name));
    if (unknown.length > 0) {
      throw new Error(
        `${settings.onnxPath} wants the inputs ${unknown.join(', ')}, which a BERT-family encoder does not have. Export the encoder alone.`,
      );
    }
    const opened = new EncoderSession(session, settings, quantised === null || rewritten !== null);
    await opened.run({
      ids: Int32Array.from(settings.probe),
      lengths: Int32Array.of(settings.probe.length),
    });
    return opened;
  }

  get dimensions(): number {
    return this.#dimensions;
  }

  async run(batch: TokenisedTexts): Promise<EncodedBatch> {
    const rows = batch.lengths.length;
    const width = Math.max(...batch.lengths);
    const results = await this.#session.run(this.#feeds(batch, rows, width), [this.#output]);
    const output = results[this.#output];
    if (output === undefined || output.type !== 'float32') {
      throw new Error(`The model's output ${this.#output} is not float32; use a float32 output.`);
    }
    const data = output.data as Float32Array;
    const dimensions = output.dims.at(-1) ?? 0;
    const expected = output.dims.length === 2 ? [rows, dimensions] : [rows, width, dimensions];
    if (output.dims.some((size, axis) => size !== expected[axis])) {
      throw new Error(`The model's output has the shape ${output.dims}, expected ${expected}.`);
    }
    output.dispose();
    this.#dimensions = dimensions;
    const vectors = new Float32Array(rows * dimensions);
    const broken: number[] = [];
    for (let row = 0; row < rows; row++) {
      const vector = vectors.subarray(row * dimensions, (row + 1) * dimensions);
      if (output.dims.length === 2) vector.set(data.subarray(row * dimensions, (row + 1) * dimensions));
      else pool(data, row * width, batch.lengths[row] ?? 0, this.#settings.pooling, vector);
      if (!normalise(vector)) broken.push(row);
    }
    return { vectors, broken };
  }

  /** Inference alone, without pooling: what the encoder's whole way is measured against. */
  async runBare(batch: TokenisedTexts): Promise<void> {
    const feeds = this.#feeds(batch, batch.lengths.length, Math.max(...batch.lengths));
    const results = await this.#session.run(feeds, [this.#output]);
    results[this.#output]?.dispose();
  }

  #feeds(batch: TokenisedTexts, rows: number, width: number): Record<string, Tensor> {
    const ids = new BigInt64Array(rows * width).fill(BigInt(this.#settings.padId));
    const mask = new BigInt64Array(rows * width);
    let from = 0;
    batch.lengths.forEach((length, row) => {
      for (let place = 0; place < length; place++) {
        ids[row * width + place] = BigInt(batch.ids[from + place] ?? 0);
        mask[row * width + place] = 1n;
      }
      from += length;
    });
    const shape = [rows, width];
    const feeds: Record<string, Tensor> = {
      input_ids: new Tensor('int64', ids, shape),
      attention_mask: new Tensor('int64', mask, shape),
    };
    if (this.#session.inputNames.includes('token_type_ids')) {
      feeds.token_type_ids = new Tensor('int64', new BigInt64Array(rows * width), shape);
    }
    return feeds;
  }
}

/** Weights of an int8 BERT stay far below this; a larger file is float and need not be looked through. */
const largestQuantisedBytes = 2 ** 30;

async function readIfQuantisedByBatch(path: string): Promise<Buffer | null> {
  if ((await stat(path)).size > largestQuantisedBytes) return null;
  const bytes = await readFile(path);
  return bytes.includes('DynamicQuantizeLinear') ? bytes : null;
}

const knownInputs = new Set(['input_ids', 'attention_mask', 'token_type_ids']);

/** Token vectors first, for then pooling is ours; a model that pools by itself is taken at its word. */
function chooseOutput(names: readonly string[]): string {
  const known = ['last_hidden_state', 'token_embeddings', 'sentence_embedding'].find((name) =>
    names.includes(name),
  );
  const output = known ?? (names.length === 1 ? names[0] : undefined);
  if (output === undefined) {
    throw new Error(
      `The model's outputs are ${names.join(', ')}; expected last_hidden_state, token_embeddings or sentence_embedding.`,
    );
  }
  return output;
}

function pool(
  data: Float32Array,
  firstRow: number,
  length: number,
  pooling: 'mean' | 'cls',
  into: Float32Array,
): void {
  const dimensions = into.length;
  const counted = pooling === 'cls' ? 1 : length;
  for (let token = 0; token < counted; token++) {
    const offset = (firstRow + token) * dimensions;
    for (let i = 0; i < dimensions; i++) into[i] = (into[i] ?? 0) + (data[offset + i] ?? 0);
  }
  // Normalising follows, so the sum serves as well as the mean.
}

/** False when the vector has no direction: a NaN, an infinity, or zeros. */
function normalise(vector: Float32Array): boolean {
  let sum = 0;
  for (const value of vector) sum += value * value;
  if (!(sum > 0 && Number.isFinite(sum))) return false;
  const scale = 1 / Math.sqrt(sum);
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] ?? 0) * scale;
  return true;
}
