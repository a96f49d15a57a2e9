import type { CatalogueId, ItemNumber, StoredItem } from '@kindling/domain';
import { type Pool, readItems } from '@kindling/storage';
import { LRUCache } from 'lru-cache';
import { within } from './deadline.js';

/** In characters of titles and descriptions, roughly: a bound of memory for one catalogue. */
const maximumSize = 32 * 2 ** 20;
const timeoutMs = 1_000;

/**
 * Whole items for answers, kept until the change feed says that they changed. While the database is away, what is
 * known is still answered.
 */
export class ItemCache {
  private readonly items = new LRUCache<ItemNumber, StoredItem>({
    maxSize: maximumSize,
    sizeCalculation: sizeOf,
  });
  /** Rises with every change that the feed brings: an item read before it may be an old one. */
  private changes = 0;

  constructor(
    private readonly pool: Pool,
    private readonly catalogue: CatalogueId,
  ) {}

  async read(
    numbers: readonly ItemNumber[],
  ): Promise<{ readonly items: ReadonlyMap<ItemNumber, StoredItem>; readonly problem: unknown }> {
    const found = new Map<ItemNumber, StoredItem>();
    const missing: ItemNumber[] = [];
    for (const number of numbers) {
      const item = this.items.get(number);
      if (item) found.set(number, item);
      else missing.push(number);
    }
    if (missing.length === 0) return { items: found, problem: null };
    const before = this.changes;
    try {
      const read = await within(timeoutMs, 'the item store', readItems(this.pool, this.catalogue, missing));
      for (const [number, item] of read) {
        found.set(number, item);
        if (before === this.changes) this.items.set(number, item);
      }
      return { items: found, problem: null };
    } catch (problem) {
      return { items: found, problem };
    }
  }

  forget(numbers: readonly ItemNumber[]): void {
    this.changes += 1;
    for (const number of numbers) this.items.delete(number);
  }
}

const sizeOf = (item: StoredItem) =>
  400 + item.title.length + (item.description?.length ?? 0) + 100 * item.tags.length;
