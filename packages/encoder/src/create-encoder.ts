import { availableParallelism } from 'node:os';
import { minilm } from '@kindling/minilm';
import type { Encoder } from './encoder.js';
import { LocalEncoder } from './local/local-encoder.js';
import { type ModelOverrides, openModelFolder } from './model-folder.js';

export interface EncoderOptions extends ModelOverrides {
  /** A model folder, or `organisation/name@revision` on a model hub. Default: the model in @kindling/minilm. */
  readonly model?: string | undefined;
  /** Default auto: CUDA where it really loads, otherwise the CPU. */
  readonly device?: 'auto' | 'cpu' | 'cuda' | undefined;
  /** Inference threads. Default: one a core, at most two. */
  readonly threads?: number | undefined;
  /** Padded tokens of one batch. */
  readonly batchTokens?: number | undefined;
  /** Bound of the cache by content hash; 0 switches it off. Default 64 MiB, some 35,000 vectors of 384. */
  readonly cacheBytes?: number | undefined;
  /** Lines for the log: the device in use and why, downloads, fallbacks. */
  readonly log?: (level: 'info' | 'warn', message: string) => void;
}

/** Opens the encoder that the options describe, proven by one inference, or says what is wrong and the fix. */
export async function createEncoder(options: EncoderOptions = {}): Promise<Encoder> {
  const log = options.log ?? (() => {});
  const folder = await openModelFolder(options.model ?? minilm.folder, options);
  const device = options.device ?? 'auto';
  const encoder = await LocalEncoder.open(folder, {
    device,
    threads: options.threads ?? Math.min(2, availableParallelism()),
    batchTokens: options.batchTokens ?? 512,
    maximumPadding: 0.05,
    cacheBytes: options.cacheBytes ?? 64 * 2 ** 20,
    maximumWaiting: { interactive: 2_000, bulk: 1_000_000 },
  });
  const fellBack = device === 'cuda' && encoder.device.kind !== 'cuda';
  log(fellBack ? 'warn' : 'info', `Encoder ${encoder.model.id} runs on ${encoder.device.note}.`);
  return encoder;
}
