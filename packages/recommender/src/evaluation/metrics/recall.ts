import { hitsWithin, type RankedTargets } from './ranked-targets.js';

/** Share of the targets that stand within the cutoff. */
export function recall(ranked: RankedTargets, cutoff: number): number {
  return ranked.ranks.length === 0 ? 0 : hitsWithin(ranked, cutoff) / ranked.ranks.length;
}
