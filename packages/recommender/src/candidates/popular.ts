import type { CandidatePool } from '../candidate-pool.js';
import type { ItemView } from '../ports.js';

/** Rung 1: the most popular of the subject's segment and of everywhere, alternately, until `limit` are in. */
export function addPopular(
  pool: CandidatePool,
  items: ItemView,
  { segment, atMs, limit }: { segment: string | null; atMs: number; limit: number },
): void {
  const everywhere = items.mostPopular(null, atMs, Number.POSITIVE_INFINITY);
  const inSegment = segment === null ? [] : items.mostPopular(segment, atMs, Number.POSITIVE_INFINITY);
  let added = 0;
  for (let place = 0; place < Math.max(everywhere.length, inSegment.length) && added < limit; place++) {
    for (const row of [inSegment[place], everywhere[place]]) {
      if (row !== undefined && pool.add(row)) added++;
    }
  }
}
