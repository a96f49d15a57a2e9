import type { RankedTargets } from './ranked-targets.js';

/** 1 when any target stands within the cutoff. Its mean over people is the hit rate. */
export function hitRate({ ranks }: RankedTargets, cutoff: number): number {
  return (ranks[0] ?? Number.POSITIVE_INFINITY) < cutoff ? 1 : 0;
}
