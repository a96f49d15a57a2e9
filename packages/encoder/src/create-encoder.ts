import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { KindlingError } from '@kindling/domain';
import { minilm } from '@kindling/minilm';
import type { Encoder } from './encoder.js';
import { fetchHubModel, parseHubModel } from './hub/model-hub.js';
import { LocalEncoder } from './local/local-encoder.js';
import { type ModelOverrides, openModelFolder } from './model-folder.js';
import { RemoteEncoder } from './remote/remote-encoder.js';

export interface EncoderOptions extends ModelOverrides {
  /**
   * A model folder, or `organisation/name@commit` on a model hub. Default: the model in @kindling/minilm. With
   * `url`: the model's name on that server.
   */
  readonly model?: string | undefined;
  /** Default auto: CUDA where it really loads, otherwise the CPU. */
  readonly device?: 'auto' | 'cpu' | 'cuda' | undefined;
  /** Inference threads. Default: one a core, at most two. */
  readonly threads?: number | undefined;
  /** Where downloaded models are kept; needed for hub models only. */
  readonly dataDirectory?: string | undefined;
  /** Another hub with the same addresses, such as a mirror. */
  readonly hubUrl?: string | undefined;
  /** Which ONNX export of a hub model to take. */
  readonly onnxFile?: string | undefined;
  /** An embedding server, OpenAI-compatible or TEI, instead of a model here. */
  readonly url?: string | undefined;
  readonly apiKey?: string | undefined;
  /** Default: found out by asking the server. */
  readonly dialect?: 'openai' | 'tei' | undefined;
  /** Of one request to the server. Default 30 s. */
  readonly timeoutMs?: number | undefined;
  /** Further tries when the server is busy or broken. Default 4. */
  readonly retries?: number | undefined;
  /** Padded tokens of one batch. Default 256, see the README. */
  readonly batchTokens?: number | undefined;
  /** Texts of one request to a server. Default 32. */
  readonly maximumBatch?: number | undefined;
  /** Bound of the cache by content hash; 0 switches it off. Default 64 MiB, some 35,000 vectors of 384. */
  readonly cacheBytes?: number | undefined;
  /** Lines for the log: the device in use and why, downloads, fallbacks. */
  readonly log?: ((level: 'info' | 'warn', message: string) => void) | undefined;
}

/** Opens the encoder that the options describe, proven by one inference, or says what is wrong and the fix. */
export async function createEncoder(options: EncoderOptions = {}): Promise<Encoder> {
  const log = options.log ?? (() => {});
  const encoder = options.url ? await openRemote(options.url, options) : await openLocal(options, log);
  const fellBack = options.device === 'cuda' && encoder.device.kind === 'cpu';
  const note = fellBack ? `CUDA was asked for, but it runs on ${encoder.device.note}` : encoder.device.note;
  log(fellBack ? 'warn' : 'info', `Encoder ${encoder.model.id}: ${note}.`);
  return encoder;
}

async function openLocal(options: EncoderOptions, log: (level: 'info' | 'warn', message: string) => void) {
  const threads = options.threads ?? Math.min(2, availableParallelism());
  if (!Number.isInteger(threads) || threads < 1 || threads > 64) {
    throw new KindlingError(
      'BAD_INPUT',
      `EMBEDDING_THREADS is ${threads}; it must be a whole number from 1 to 64.`,
    );
  }
  const folder = await openModelFolder(await findFolder(options, log), options);
  return LocalEncoder.open(folder, {
    device: options.device ?? 'auto',
    threads,
    batchTokens: options.batchTokens ?? 256,
    maximumPadding: 0.05,
    cacheBytes: options.cacheBytes ?? 64 * 2 ** 20,
    maximumWaiting: { interactive: 2_000, bulk: 1_000_000 },
  });
}

async function findFolder(
  options: EncoderOptions,
  log: (level: 'info' | 'warn', message: string) => void,
): Promise<string> {
  const { model } = options;
  if (model === undefined || model === '') return minilm.folder;
  if (statSync(model, { throwIfNoEntry: false })?.isDirectory()) return model;
  return fetchHubModel(parseHubModel(model), {
    dataDirectory: options.dataDirectory ?? '.kindling',
    hubUrl: options.hubUrl,
    onnxFile: options.onnxFile,
    log,
  });
}

async function openRemote(url: string, options: EncoderOptions): Promise<Encoder> {
  return RemoteEncoder.open({
    url,
    apiKey: options.apiKey,
    model: options.model,
    dialect: options.dialect,
    timeoutMs: options.timeoutMs ?? 30_000,
    retries: options.retries ?? 4,
    maximumBatch: options.maximumBatch ?? 32,
    queryPrefix: options.queryPrefix,
    passagePrefix: options.passagePrefix,
  });
}
