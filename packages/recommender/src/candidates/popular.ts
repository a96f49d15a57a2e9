import type { CandidatePool } from '../candidate-pool.js';
import type { ItemView } from '../ports.js';

/** Rung 1: the most popular of the subject's segment and of everywhere, alternately, until `limit` are in. */
export function addPopular(
  pool: CandidatePool,
  items: ItemView,
  { segment, atMs, limit }: { segment: string | null; atMs: number; limit: number },
): void {
  // all of them only where the gate lets few in
  for (const asked of [2 * limit, Number.POSITIVE_INFINITY]) {
    const everywhere = items.mostPopular(null, atMs, asked);
    const inSegment = segment === null ? [] : items.mostPopular(segment, atMs, asked);
    const longest = Math.max(everywhere.length, inSegment.length);
    let added = 0;
    for (let place = 0; place < longest && added < limit; place++) {
      const [near, far] = [inSegment[place], everywhere[place]];
      if (near !== undefined && pool.add(near)) added++;
      if (far !== undefined && pool.add(far)) added++;
    }
    if (added >= limit || longest < asked) return;
  }
}
