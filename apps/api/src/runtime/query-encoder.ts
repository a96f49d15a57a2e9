import { KindlingError } from '@kindling/domain';
import type { Encoder } from '@kindling/encoder';
import type { QueryEncoder } from '@kindling/recommender';
import { LRUCache } from 'lru-cache';

/** People wait for it: what takes longer is left out of the list, and the list says so. */
const timeoutMs = 1_000;

/**
 * Encodes what people type, before the bulk work of imports, and remembers it: the same few searches and
 * campaigns come again and again. Texts of one list are encoded together.
 */
export class CachedQueryEncoder implements QueryEncoder {
  private readonly known = new LRUCache<string, Float32Array>({ max: 20_000 });

  /** `encoder` is null while there is none; `why` says so to whoever asks. */
  constructor(
    private readonly encoder: Encoder | null,
    private readonly why = 'no encoder could be opened',
  ) {}

  async encodeQueries(texts: readonly string[]): Promise<readonly Float32Array[]> {
    if (!this.encoder) throw new KindlingError('UNAVAILABLE', this.why);
    const missing = [...new Set(texts)].filter((text) => !this.known.has(text));
    const fresh = new Map<string, Float32Array>();
    if (missing.length > 0) {
      const vectors = await this.encoder.encode(missing, 'query', {
        priority: 'interactive',
        signal: AbortSignal.timeout(timeoutMs),
      });
      missing.forEach((text, index) => {
        const vector = vectors[index];
        if (!vector) return;
        fresh.set(text, vector);
        this.known.set(text, vector);
      });
    }
    return texts.map((text) => {
      const vector = fresh.get(text) ?? this.known.get(text);
      if (!vector) throw new KindlingError('INTERNAL', 'the encoder returned fewer vectors than texts');
      return vector;
    });
  }
}
