import type { CandidatePool } from '../candidate-pool.js';
import type { ItemView } from '../ports.js';
import { entry, type Term } from './term.js';

const dayMs = 86_400_000;

/**
 * What being new is worth: weight * 2^(-age / half-life). In [0, weight]; 0, and not in the ledger, where the age is
 * not known.
 */
export function freshness(
  pool: CandidatePool,
  items: ItemView,
  { weight, halfLifeDays, atMs }: { weight: number; halfLifeDays: number; atMs: number },
): Term {
  const ageDays = (candidate: number) =>
    Math.max(0, (atMs - items.publishedAtMs(pool.rowAt(candidate))) / dayMs);
  // exp is several times faster than a power of two.
  const rate = -Math.LN2 / halfLifeDays;
  const value = (candidate: number) => weight * Math.exp(rate * ageDays(candidate));
  return {
    addTo: (sums) => {
      for (let candidate = 0; candidate < sums.length; candidate++) {
        sums[candidate] = (sums[candidate] as number) + value(candidate);
      }
    },
    entries: (candidate) => {
      const age = ageDays(candidate);
      return Number.isFinite(age) ? [entry('freshness', value(candidate), { measure: Math.floor(age) })] : [];
    },
  };
}
