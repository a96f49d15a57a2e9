import type { RankedTargets } from './ranked-targets.js';

/** 1 / rank (from 1) of the first target, 0 beyond the cutoff. Its mean over people is the MRR. */
export function reciprocalRank({ ranks }: RankedTargets, cutoff: number): number {
  const first = ranks[0];
  return first === undefined || first >= cutoff ? 0 : 1 / (first + 1);
}
