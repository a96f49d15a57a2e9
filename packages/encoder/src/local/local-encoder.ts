import { KindlingError } from '@kindling/domain';
import type { EncodeOptions, Encoder, EncoderModel, EncodingRole } from '../encoder.js';
import { EncodingError } from '../encoding-error.js';
import { describeModel, type ModelFolder } from '../model-folder.js';
import { planBatches } from './batch-plan.js';
import { EncodingJob, type PendingText, type Priority, TextQueue } from './encoding-job.js';
import { InferencePool } from './inference-pool.js';
import type { EncodedBatch } from './inference-session.js';
import { TokenizerThread } from './tokenizer.js';
import { VectorCache } from './vector-cache.js';

export interface LocalEncoderSettings {
  readonly device: 'auto' | 'cpu' | 'cuda';
  readonly threads: number;
  /** Padded tokens a batch: see Decisions in the README for how it was chosen. */
  readonly batchTokens: number;
  readonly maximumPadding: number;
  readonly cacheBytes: number;
  /** Texts that may wait before further calls are refused, per priority. */
  readonly maximumWaiting: Readonly<Record<Priority, number>>;
}

interface TokenisedText extends PendingText {
  readonly ids: Int32Array;
}

/** Texts that are tokenised before batches are planned over them: more means less padding, and more waiting. */
const windowTexts = 256;
/** Texts a request to the tokenising thread: an interactive text waits for at most one such request. */
const chunkTexts = 64;

/**
 * The encoder on this machine. Texts flow: queue → tokenising thread → batches of like length → inference
 * threads. Interactive texts have their own queue and pass before bulk at each stage, so a person waits for
 * at most the batch that already runs. No stage runs ahead of the next by more than a window of texts.
 */
export class LocalEncoder implements Encoder {
  readonly model: EncoderModel;
  readonly device: Encoder['device'];
  readonly #folder: ModelFolder;
  readonly #settings: LocalEncoderSettings;
  readonly #tokenizer: TokenizerThread;
  readonly #pool: InferencePool;
  readonly #cache: VectorCache;
  readonly #queues: Readonly<Record<Priority, TextQueue>>;
  /** Tokenised and not yet running. Interactive texts are batched at the last moment, bulk in windows. */
  #interactive: TokenisedText[] = [];
  #window: TokenisedText[] = [];
  #batches: TokenisedText[][] = [];
  readonly #tokenising: Record<Priority, boolean> = { interactive: false, bulk: false };
  #closed = false;

  private constructor(
    folder: ModelFolder,
    settings: LocalEncoderSettings,
    tokenizer: TokenizerThread,
    pool: InferencePool,
  ) {
    this.#folder = folder;
    // A promise of the port: a text gets the same vector alone and in company. A model that cannot keep it in
    // batches runs one text at a time, unless its file was asked for as it is.
    const alone = !pool.batchIndependent && folder.activationScales === 'row';
    this.#settings = alone ? { ...settings, batchTokens: 1 } : settings;
    this.#tokenizer = tokenizer;
    this.#pool = pool;
    this.#cache = new VectorCache(settings.cacheBytes);
    this.#queues = {
      interactive: new TextQueue(settings.maximumWaiting.interactive),
      bulk: new TextQueue(settings.maximumWaiting.bulk),
    };
    this.device = pool.device;
    this.model = describeModel({
      name: folder.name,
      revision: folder.revision,
      dimensions: pool.dimensions,
      pooling: folder.pooling,
      maximumTokens: folder.maximumTokens,
      licence: folder.licence,
    });
  }

  static async open(
    folder: ModelFolder,
    settings: LocalEncoderSettings,
    inferenceEntry?: URL,
  ): Promise<LocalEncoder> {
    const tokenizer = await TokenizerThread.open(folder);
    try {
      const { ids } = await tokenizer.tokenise(['']);
      const pool = await InferencePool.open(
        {
          onnxPath: folder.onnxPath,
          pooling: folder.pooling,
          device: settings.device,
          padId: folder.padId,
          probe: [...ids],
          activationScales: folder.activationScales,
        },
        settings.threads,
        inferenceEntry,
      );
      if (folder.dimensions !== null && folder.dimensions !== pool.dimensions) {
        await pool.close();
        throw new KindlingError(
          'BAD_INPUT',
          `${folder.onnxPath} makes vectors of ${pool.dimensions} dimensions, its configuration says ${folder.dimensions}. The files are not of one model.`,
        );
      }
      return new LocalEncoder(folder, settings, tokenizer, pool);
    } catch (error) {
      await tokenizer.close();
      throw error;
    }
  }

  async encode(
    texts: readonly string[],
    role: EncodingRole,
    { priority = 'bulk', signal, onProgress }: EncodeOptions = {},
  ): Promise<readonly Float32Array[]> {
    if (this.#closed) throw closedError();
    signal?.throwIfAborted();
    if (texts.length === 0) return [];
    const prefix = role === 'query' ? this.#folder.queryPrefix : this.#folder.passagePrefix;
    const job = new EncodingJob(texts.length, onProgress);
    this.#queues[priority].add(job, texts.length, (place) => this.#lookUp(job, place, prefix, texts));
    const abort = () => {
      job.fail(signal?.reason);
      this.#forgetSettled();
    };
    signal?.addEventListener('abort', abort, { once: true });
    this.#pump();
    try {
      return await job.finished;
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#forgetSettled();
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const error = closedError();
    for (const queue of Object.values(this.#queues)) queue.failAll(error);
    for (const { job } of [...this.#interactive, ...this.#window, ...this.#batches.flat()]) job.fail(error);
    this.#forgetSettled();
    await Promise.all([this.#tokenizer.close(), this.#pool.close()]);
  }

  #lookUp(job: EncodingJob, place: number, prefix: string, texts: readonly string[]): PendingText | null {
    const text = prefix + (texts[place] ?? '');
    const key = VectorCache.key(text);
    const vector = this.#cache.get(key);
    if (vector === undefined) return { job, place, text, key };
    job.add([{ place, vector }], 0);
    return null;
  }

  /** Starts whatever can start. Called after each change; it never waits. */
  #pump(): void {
    if (this.#closed) return;
    while (this.#pool.idle > 0) {
      const batch = this.#nextBatch();
      if (batch === undefined) break;
      void this.#infer(batch);
    }
    if (!this.#tokenising.interactive) void this.#tokenise('interactive');
    const ahead = this.#batches.length >= 2 * this.#settings.threads;
    if (!this.#tokenising.bulk && !ahead) void this.#tokenise('bulk');
  }

  async #tokenise(priority: Priority): Promise<void> {
    const texts = this.#queues[priority].take(chunkTexts);
    if (texts.length > 0) {
      this.#tokenising[priority] = true;
      try {
        const { ids, lengths } = await this.#tokenizer.tokenise(texts.map(({ text }) => text));
        let from = 0;
        const tokenised = texts.map((text, at) => {
          const length = lengths[at] ?? 0;
          from += length;
          return { ...text, ids: ids.subarray(from - length, from) };
        });
        if (priority === 'interactive') this.#interactive.push(...tokenised);
        else this.#window.push(...tokenised);
      } catch (cause) {
        for (const { job } of texts) job.fail(this.#closed ? closedError() : threadError(cause));
      }
      this.#tokenising[priority] = false;
    }
    const full = this.#window.length >= windowTexts || this.#queues.bulk.waiting === 0;
    if (priority === 'bulk' && full && this.#window.length > 0) this.#planWindow();
    if (texts.length > 0) this.#pump();
  }

  #planWindow(): void {
    const window = this.#window.filter(({ job }) => !job.settled);
    this.#window = [];
    const plan = planBatches(
      window.map(({ ids }) => ids.length),
      { budgetTokens: this.#settings.batchTokens, maximumPadding: this.#settings.maximumPadding },
    );
    for (const places of plan) {
      this.#batches.push(places.flatMap((place) => window[place] ?? []));
    }
  }

  #nextBatch(): TokenisedText[] | undefined {
    if (this.#interactive.length > 0) return this.#takeInteractive();
    for (let batch = this.#batches.shift(); batch; batch = this.#batches.shift()) {
      const wanted = batch.filter(({ job }) => !job.settled);
      if (wanted.length > 0) return wanted;
    }
    return undefined;
  }

  /** In order of arrival, as many as the budget holds: waiting people count more here than padding does. */
  #takeInteractive(): TokenisedText[] {
    const batch: TokenisedText[] = [];
    let width = 0;
    for (let next = this.#interactive[0]; next; next = this.#interactive[0]) {
      width = Math.max(width, next.ids.length);
      if (batch.length > 0 && (batch.length + 1) * width > this.#settings.batchTokens) break;
      this.#interactive.shift();
      batch.push(next);
    }
    return batch;
  }

  async #infer(batch: readonly TokenisedText[]): Promise<void> {
    try {
      this.#deliver(batch, await this.#pool.run(batch.map(({ ids }) => ids)));
    } catch (cause) {
      for (const { job } of batch) job.fail(this.#closed ? closedError() : threadError(cause));
    }
    this.#pump();
  }

  #deliver(batch: readonly TokenisedText[], { vectors, broken }: EncodedBatch): void {
    const dimensions = this.model.dimensions;
    if (vectors.length !== batch.length * dimensions) {
      const found = vectors.length / batch.length;
      for (const { job, place } of batch) {
        job.fail(
          new EncodingError(place, `The text at ${place} got ${found} dimensions, expected ${dimensions}.`),
        );
      }
      return;
    }
    const done = new Map<
      EncodingJob,
      { vectors: { place: number; vector: Float32Array }[]; tokens: number }
    >();
    batch.forEach(({ job, place, key, ids }, row) => {
      if (broken.includes(row)) {
        job.fail(
          new EncodingError(place, `The text at ${place} got a vector that is not finite; it is not stored.`),
        );
        return;
      }
      const vector = vectors.slice(row * dimensions, (row + 1) * dimensions);
      this.#cache.set(key, vector);
      const share = done.get(job) ?? { vectors: [], tokens: 0 };
      share.vectors.push({ place, vector });
      share.tokens += ids.length;
      done.set(job, share);
    });
    for (const [job, share] of done) job.add(share.vectors, share.tokens);
  }

  #forgetSettled(): void {
    const live = ({ job }: PendingText) => !job.settled;
    for (const queue of Object.values(this.#queues)) queue.dropSettled();
    this.#interactive = this.#interactive.filter(live);
    this.#window = this.#window.filter(live);
    this.#batches = this.#batches.map((batch) => batch.filter(live)).filter((batch) => batch.length > 0);
  }
}

function closedError(): KindlingError {
  return new KindlingError('UNAVAILABLE', 'The encoder was closed.');
}

function threadError(cause: unknown): KindlingError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new KindlingError('UNAVAILABLE', `The texts could not be encoded: ${reason}`, { cause });
}
