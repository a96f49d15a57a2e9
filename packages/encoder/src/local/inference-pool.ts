import type { EncodedBatch, InferenceDevice, SessionSettings } from './inference-session.js';
import type { InferenceThreadReady } from './inference-thread.js';
import { Thread, ThreadCrashedError } from './thread.js';
import type { TokenisedTexts } from './tokenizer-thread.js';

type InferenceThread = Thread<TokenisedTexts, EncodedBatch>;

/** How often a batch is given to a thread before the batch itself is blamed. */
const attempts = 2;

/**
 * Threads with one session each. A thread takes one batch at a time, so a person's text never waits behind
 * a second one. When a thread dies, a new one takes its place and its batch is tried once more.
 */
export class InferencePool {
  readonly device: InferenceDevice;
  readonly dimensions: number;
  readonly batchIndependent: boolean;
  readonly #settings: SessionSettings;
  readonly #entry: URL;
  readonly #idle: InferenceThread[];
  readonly #running = new Set<InferenceThread>();
  #closed = false;

  private constructor(
    settings: SessionSettings,
    entry: URL,
    threads: readonly InferenceThread[],
    ready: InferenceThreadReady,
  ) {
    this.#settings = settings;
    this.#entry = entry;
    this.#idle = [...threads];
    this.device = ready.device;
    this.dimensions = ready.dimensions;
    this.batchIndependent = ready.batchIndependent;
  }

  static async open(
    settings: SessionSettings,
    threads: number,
    entry: URL = inferenceEntry,
  ): Promise<InferencePool> {
    const first = await startThread(settings, entry);
    const { device } = first.ready;
    // One session feeds a GPU; and what the first found out about the device need not be tried again.
    const others = device.kind === 'cuda' ? 0 : threads - 1;
    const decided = { ...settings, device: device.kind };
    const started = await Promise.allSettled(
      Array.from({ length: others }, () => startThread(decided, entry)),
    );
    const pool = [
      first,
      ...started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
    ];
    const failed = started.find((result) => result.status === 'rejected');
    if (failed) {
      await Promise.all(pool.map(({ thread }) => thread.stop()));
      throw failed.reason;
    }
    return new InferencePool(
      decided,
      entry,
      pool.map(({ thread }) => thread),
      first.ready,
    );
  }

  /** Batches that could start at once. */
  get idle(): number {
    return this.#idle.length;
  }

  /** Runs one batch of token ids, a row each. Call it only while `idle` is positive. */
  async run(rows: readonly Int32Array[]): Promise<EncodedBatch> {
    let thread = this.#idle.pop();
    if (thread === undefined) throw new Error('No inference thread is idle.');
    this.#running.add(thread);
    try {
      for (let attempt = 1; ; attempt++) {
        if (!thread.alive) {
          const { thread: started } = await startThread(this.#settings, this.#entry);
          this.#running.delete(thread);
          this.#running.add(started);
          thread = started;
        }
        try {
          return await thread.request(joinRows(rows));
        } catch (error) {
          const again = error instanceof ThreadCrashedError && attempt < attempts && !this.#closed;
          if (!again) throw error;
        }
      }
    } finally {
      // A dead thread goes back too: the next batch replaces it.
      this.#running.delete(thread);
      if (this.#closed) await thread.stop();
      else this.#idle.push(thread);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#idle.splice(0), ...this.#running].map((thread) => thread.stop()));
  }
}

function joinRows(rows: readonly Int32Array[]): TokenisedTexts {
  const lengths = Int32Array.from(rows, (row) => row.length);
  const ids = new Int32Array(lengths.reduce((sum, length) => sum + length, 0));
  let from = 0;
  for (const row of rows) {
    ids.set(row, from);
    from += row.length;
  }
  return { ids, lengths };
}

const inferenceEntry = new URL(
  import.meta.url.endsWith('.ts') ? './inference-thread.ts' : './inference-thread.js',
  import.meta.url,
);

function startThread(settings: SessionSettings, entry: URL) {
  return Thread.start<TokenisedTexts, EncodedBatch, InferenceThreadReady>(entry, settings);
}
