import type { ItemNumber } from '@kindling/domain';
import type { NeighbourSource } from '@kindling/recommender';
import { LRUCache } from 'lru-cache';

type Nearest = Parameters<NeighbourSource['nearest']>[0];
type Hits = Awaited<ReturnType<NeighbourSource['nearest']>>[number];

/** Asked for beyond what is needed, so that a list serves people with different excluded items. */
const spare = 60;

/**
 * Remembers neighbours while the index does not change. People of one shop look at the same few hundred items, and
 * the neighbours of those are the largest part of a list's cost. Exact: what is remembered is what the index would
 * answer now, because whoever changes the index calls `changed` before and after.
 *
 * Vectors are known again by identity: those of items are handed out from here, those of texts come from the query
 * encoder's own memory.
 */
export class NeighbourCache implements NeighbourSource {
  private readonly vectors = new LRUCache<ItemNumber, Float32Array>({ max: 4_000 });
  private readonly lists = new LRUCache<Float32Array, Remembered>({ max: 2_000 });
  private generation = 0;

  constructor(private readonly source: NeighbourSource) {}

  changed(): void {
    this.generation += 1;
    this.vectors.clear();
    this.lists.clear();
  }

  async vectorsOf(keys: readonly ItemNumber[]): Promise<ReadonlyMap<ItemNumber, Float32Array>> {
    const found = new Map<ItemNumber, Float32Array>();
    const missing: ItemNumber[] = [];
    for (const key of keys) {
      const vector = this.vectors.get(key);
      if (vector) found.set(key, vector);
      else missing.push(key);
    }
    if (missing.length === 0) return found;
    const { generation } = this;
    for (const [key, vector] of await this.source.vectorsOf(missing)) {
      found.set(key, vector);
      if (generation === this.generation) this.vectors.set(key, vector);
    }
    return found;
  }

  async nearest(query: Nearest): Promise<readonly Hits[]> {
    const { vectors, limit, filter, exclude = [] } = query;
    const filterKey = filter === undefined ? '' : JSON.stringify(filter);
    const asked = limit + spare;
    const excluded = new Set(exclude);
    const lists = vectors.map((vector) => {
      const known = this.lists.get(vector);
      return known && known.filterKey === filterKey && known.asked >= asked
        ? cut(known, limit, excluded)
        : null;
    });
    const missing = vectors.filter((_, index) => lists[index] === null);
    if (missing.length === 0) return lists.map((list) => list ?? []);
    const { generation } = this;
    // Who excludes more than the spare ones is asked for alone, and not remembered.
    const isShared = exclude.length <= spare;
    const answers = await this.source.nearest({
      vectors: missing,
      limit: isShared ? asked : limit,
      ...(filter && { filter }),
      ...(isShared ? {} : { exclude }),
    });
    const fresh = new Map(
      missing.map((vector, index) => {
        const hits = answers[index] ?? [];
        if (!isShared) return [vector, hits] as const;
        const remembered = { filterKey, asked, hits };
        if (generation === this.generation) this.lists.set(vector, remembered);
        return [vector, cut(remembered, limit, excluded) ?? []] as const;
      }),
    );
    return vectors.map((vector, index) => lists[index] ?? fresh.get(vector) ?? []);
  }
}

interface Remembered {
  readonly filterKey: string;
  readonly asked: number;
  readonly hits: Hits;
}

/** Null when so many are excluded that what is remembered may not reach. */
function cut({ hits, asked }: Remembered, limit: number, excluded: ReadonlySet<ItemNumber>): Hits | null {
  const kept = excluded.size === 0 ? hits : hits.filter(({ key }) => !excluded.has(key));
  if (kept.length < limit && hits.length >= asked && excluded.size > spare) return null;
  return kept.slice(0, limit);
}
