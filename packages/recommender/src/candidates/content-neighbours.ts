import type { AnchorNeighbours } from '../anchor.js';
import type { CandidatePool } from '../candidate-pool.js';

/**
 * Rungs 2 and 3: the neighbours of everything the person is known to like, one from each list in turn, so that a
 * pool that fills up holds the best of every interest.
 */
export function addContentNeighbours(pool: CandidatePool, neighbours: readonly AnchorNeighbours[]): void {
  const longest = Math.max(0, ...neighbours.map(({ hits }) => hits.length));
  for (let place = 0; place < longest; place++) {
    for (const { hits } of neighbours) {
      const hit = hits[place];
      if (hit) pool.add(hit.row);
    }
  }
}
