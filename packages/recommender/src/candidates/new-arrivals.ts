import type { CandidatePool } from '../candidate-pool.js';
import type { ItemView } from '../ports.js';

/** The newest items, so that one nobody has seen yet can compete at all. */
export function addNewArrivals(
  pool: CandidatePool,
  items: ItemView,
  { atMs, limit }: { atMs: number; limit: number },
): void {
  // all of them only where the gate lets few in
  for (const asked of [2 * limit, Number.POSITIVE_INFINITY]) {
    const newest = items.newest(atMs, asked);
    let added = 0;
    for (const row of newest) {
      if (added >= limit) break;
      if (pool.add(row)) added++;
    }
    if (added >= limit || newest.length < asked) return;
  }
}
