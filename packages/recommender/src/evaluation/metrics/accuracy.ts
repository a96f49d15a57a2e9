import { hitsWithin, type RankedTargets } from './ranked-targets.js';

/**
 * Share of candidates that the cut list puts on the right side: targets inside, the others outside. Nearly 1 for
 * any list where targets are few; it is here because the field's papers ask for it.
 */
export function accuracy(ranked: RankedTargets, cutoff: number): number {
  const { candidates, ranks } = ranked;
  if (candidates === 0) return 0;
  const hits = hitsWithin(ranked, cutoff);
  const shown = Math.min(cutoff, candidates);
  return (candidates - (shown - hits) - (ranks.length - hits)) / candidates;
}
