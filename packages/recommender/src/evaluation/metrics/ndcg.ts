import type { RankedTargets } from './ranked-targets.js';

/**
 * Normalised discounted cumulative gain with binary relevance: sum over targets within the cutoff of
 * 1 / log2(rank + 1), ranks from 1, as a share of what the best order of these targets would have. In [0, 1].
 */
export function ndcg({ ranks }: RankedTargets, cutoff: number): number {
  let gain = 0;
  for (const rank of ranks) if (rank < cutoff) gain += 1 / Math.log2(rank + 2);
  let ideal = 0;
  for (let rank = 0; rank < Math.min(cutoff, ranks.length); rank++) ideal += 1 / Math.log2(rank + 2);
  return ideal === 0 ? 0 : gain / ideal;
}
