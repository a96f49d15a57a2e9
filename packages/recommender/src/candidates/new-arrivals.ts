import type { CandidatePool } from '../candidate-pool.js';
import type { ItemView } from '../ports.js';

/** The newest items, so that one nobody has seen yet can compete at all. */
export function addNewArrivals(
  pool: CandidatePool,
  items: ItemView,
  { atMs, limit }: { atMs: number; limit: number },
): void {
  let added = 0;
  for (const row of items.newest(atMs, Number.POSITIVE_INFINITY)) {
    if (added >= limit) break;
    if (pool.add(row)) added++;
  }
}
