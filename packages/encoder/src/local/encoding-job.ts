import { KindlingError } from '@kindling/domain';
import type { EncodeOptions } from '../encoder.js';

export type Priority = NonNullable<EncodeOptions['priority']>;

/** One text on its way through the encoder: its job, its place there, and its cache key. */
export interface PendingText {
  readonly job: EncodingJob;
  readonly place: number;
  readonly text: string;
  readonly key: string;
}

/** One call of `encode`: settles once, when its last text has a vector or its first problem appears. */
export class EncodingJob {
  readonly finished: Promise<readonly Float32Array[]>;
  readonly #vectors: Float32Array[];
  readonly #onProgress: EncodeOptions['onProgress'];
  #resolve: (vectors: readonly Float32Array[]) => void = () => {};
  #reject: (reason: unknown) => void = () => {};
  #settled = false;
  #missing: number;
  #tokens = 0;

  constructor(texts: number, onProgress: EncodeOptions['onProgress']) {
    this.#vectors = new Array(texts);
    this.#missing = texts;
    this.#onProgress = onProgress;
    this.finished = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** Vectors of one batch, or from the cache with no tokens spent. */
  add(vectors: readonly { readonly place: number; readonly vector: Float32Array }[], tokens: number): void {
    if (this.#settled) return;
    for (const { place, vector } of vectors) this.#vectors[place] = vector;
    this.#missing -= vectors.length;
    this.#tokens += tokens;
    try {
      this.#onProgress?.({ texts: this.#vectors.length - this.#missing, tokens: this.#tokens });
    } catch (error) {
      this.fail(error);
      return;
    }
    if (this.#missing === 0) {
      this.#settled = true;
      this.#resolve(this.#vectors);
    }
  }

  fail(reason: unknown): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#reject(reason);
  }
}

/**
 * Texts waiting for a stage, first come first served inside a priority. The texts of one call stay in the
 * caller's array until they are taken, so a queue of a million texts costs no more than that array.
 */
export class TextQueue {
  readonly #calls: {
    readonly job: EncodingJob;
    readonly take: (at: number) => PendingText | null;
    readonly size: number;
    next: number;
  }[] = [];
  #waiting = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get waiting(): number {
    return this.#waiting;
  }

  add(job: EncodingJob, size: number, take: (at: number) => PendingText | null): void {
    if (this.#waiting >= this.#limit) {
      throw new KindlingError(
        'RATE_LIMITED',
        `The encoder already has ${this.#waiting} texts waiting. Try again in a second.`,
        { retryAfterMs: 1000 },
      );
    }
    this.#calls.push({ job, take, size, next: 0 });
    this.#waiting += size;
  }

  take(count: number): PendingText[] {
    const taken: PendingText[] = [];
    for (let call = this.#calls[0]; call && taken.length < count; call = this.#calls[0]) {
      if (call.job.settled) {
        this.#waiting -= call.size - call.next;
        call.next = call.size;
      }
      while (call.next < call.size && taken.length < count) {
        this.#waiting--;
        const text = call.take(call.next++);
        if (text !== null) taken.push(text);
      }
      if (call.next === call.size) this.#calls.shift();
    }
    return taken;
  }

  /** Forgets calls that ended early, so that an aborted million does not count as waiting. */
  dropSettled(): void {
    for (let at = this.#calls.length - 1; at >= 0; at--) {
      const call = this.#calls[at];
      if (!call?.job.settled) continue;
      this.#waiting -= call.size - call.next;
      this.#calls.splice(at, 1);
    }
  }

  failAll(reason: unknown): void {
    for (const { job } of this.#calls) job.fail(reason);
    this.dropSettled();
  }
}
