import { createHash } from 'node:crypto';

/** Bytes an entry costs beside its floats: key, map slot and array header, rounded up. */
const overheadBytes = 256;

/** Vectors by the hash of the text that was encoded; the least recently used leave when the bytes run out. */
export class VectorCache {
  readonly #vectors = new Map<string, Float32Array>();
  readonly #maximumBytes: number;
  #bytes = 0;

  constructor(maximumBytes: number) {
    this.#maximumBytes = maximumBytes;
  }

  static key(text: string): string {
    return createHash('sha256').update(text).digest('base64');
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): Float32Array | undefined {
    const vector = this.#vectors.get(key);
    if (vector === undefined) return undefined;
    this.#vectors.delete(key);
    this.#vectors.set(key, vector);
    // A copy: callers own what they get, and must not be able to change what the next one gets.
    return vector.slice();
  }

  set(key: string, vector: Float32Array): void {
    const cost = vector.byteLength + overheadBytes;
    if (cost > this.#maximumBytes) return;
    if (this.#vectors.delete(key)) this.#bytes -= cost;
    this.#vectors.set(key, vector.slice());
    this.#bytes += cost;
    for (const oldest of this.#vectors.keys()) {
      if (this.#bytes <= this.#maximumBytes) break;
      this.#vectors.delete(oldest);
      this.#bytes -= cost;
    }
  }
}
