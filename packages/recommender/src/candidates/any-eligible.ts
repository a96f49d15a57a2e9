import type { CandidatePool } from '../candidate-pool.js';
import type { ItemView } from '../ports.js';

/**
 * The last resort: whatever passes the gate, in order of position, until the pool has `enough`. It walks the
 * catalogue, which the other sources never do, and so it runs only when they found too little for one page: a
 * narrow filter, or a catalogue nobody has touched.
 */
export function addAnyEligible(pool: CandidatePool, items: ItemView, enough: number): void {
  for (let row = 0; row < items.rows && pool.size < enough; row++) pool.add(row);
}
