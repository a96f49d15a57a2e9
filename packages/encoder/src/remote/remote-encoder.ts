import { KindlingError } from '@kindling/domain';
import type { EncodeOptions, Encoder, EncoderModel, EncodingRole } from '../encoder.js';
import { EncodingError } from '../encoding-error.js';
import { describeModel } from '../model-folder.js';
import { type EmbeddingServer, openEmbeddingServer, type RemoteOptions } from './embedding-server.js';

/** Requests at once: enough to keep a server's batcher busy, few enough not to be its only client. */
const concurrency = 4;

/**
 * An encoder behind HTTP. It cuts calls into batches the server accepts, keeps a few in flight, tries again when
 * the server is busy or broken, and holds what comes back to the same promises as a local model's.
 */
export class RemoteEncoder implements Encoder {
  readonly model: EncoderModel;
  readonly device: Encoder['device'];
  readonly #server: EmbeddingServer;
  readonly #options: RemoteOptions;
  readonly #closing = new AbortController();
  readonly #waiting: Record<'interactive' | 'bulk', (() => void)[]> = { interactive: [], bulk: [] };
  #running = 0;

  private constructor(server: EmbeddingServer, dimensions: number, options: RemoteOptions) {
    this.#server = server;
    this.#options = options;
    this.model = describeModel({
      name: server.model.name,
      revision: server.model.revision,
      dimensions,
      pooling: 'remote',
      maximumTokens: server.model.maximumTokens,
      licence: null,
    });
    this.device = { kind: 'remote', note: `the embedding server at ${server.url} (${server.dialect})` };
  }

  static async open(options: RemoteOptions): Promise<RemoteEncoder> {
    const server = await openEmbeddingServer(options);
    // One real text proves the address, the key and the model, and tells the dimensions.
    const [vector] = await server.embed(['dimensions'], AbortSignal.timeout(options.timeoutMs * 4));
    if (vector === undefined || vector.length === 0) {
      throw new KindlingError('UNAVAILABLE', `The embedding server ${server.url} answers without a vector.`);
    }
    return new RemoteEncoder(server, vector.length, options);
  }

  async encode(
    texts: readonly string[],
    role: EncodingRole,
    { priority = 'bulk', signal, onProgress }: EncodeOptions = {},
  ): Promise<readonly Float32Array[]> {
    const prefix = (role === 'query' ? this.#options.queryPrefix : this.#options.passagePrefix) ?? '';
    const failed = new AbortController();
    const stop = AbortSignal.any([failed.signal, this.#closing.signal, ...(signal ? [signal] : [])]);
    stop.throwIfAborted();
    const vectors: Float32Array[] = new Array(texts.length);
    let done = 0;
    const size = this.#server.maximumBatch;
    const batches = Array.from({ length: Math.ceil(texts.length / size) }, (_, at) => at * size);
    const run = async (from: number) => {
      // A server turns empty input away; one space is what it makes of it.
      const batch = texts.slice(from, from + size).map((text) => prefix + text || ' ');
      await this.#enter(priority, stop);
      try {
        const rows = await this.#server.embed(batch, stop);
        for (const [at, row] of rows.entries()) vectors[from + at] = this.#check(row, from + at);
        done += rows.length;
        onProgress?.({ texts: done, tokens: 0 });
      } finally {
        this.#leave();
      }
    };
    let next = 0;
    const lane = async () => {
      for (let at = next++; at < batches.length; at = next++) await run(batches[at] ?? 0);
    };
    try {
      await Promise.all(Array.from({ length: Math.min(concurrency, batches.length) }, lane));
    } catch (error) {
      failed.abort(error);
      throw signal?.aborted ? signal.reason : error;
    }
    return vectors;
  }

  async close(): Promise<void> {
    this.#closing.abort(new KindlingError('UNAVAILABLE', 'The encoder was closed.'));
  }

  /** L2-normalised, of the promised length, and of finite numbers; otherwise an error with the text's place. */
  #check(row: readonly number[], index: number): Float32Array {
    if (row.length !== this.model.dimensions) {
      throw new EncodingError(
        index,
        `The text at ${index} got ${row.length} dimensions from ${this.#server.url}, expected ${this.model.dimensions}.`,
      );
    }
    const vector = Float32Array.from(row);
    const length = Math.hypot(...vector);
    if (!(length > 0 && Number.isFinite(length))) {
      throw new EncodingError(
        index,
        `The text at ${index} got a vector from ${this.#server.url} that is not finite or all zero.`,
      );
    }
    return vector.map((value) => value / length);
  }

  /** A place among the running requests. Interactive calls get the next one that is free. */
  async #enter(priority: 'interactive' | 'bulk', stop: AbortSignal): Promise<void> {
    if (this.#running < concurrency) {
      this.#running++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const queue = this.#waiting[priority];
      const abort = () => {
        queue.splice(queue.indexOf(enter), 1);
        reject(stop.reason);
      };
      const enter = () => {
        stop.removeEventListener('abort', abort);
        resolve();
      };
      queue.push(enter);
      stop.addEventListener('abort', abort, { once: true });
    });
  }

  #leave(): void {
    const next = this.#waiting.interactive.shift() ?? this.#waiting.bulk.shift();
    if (next) next();
    else this.#running--;
  }
}
