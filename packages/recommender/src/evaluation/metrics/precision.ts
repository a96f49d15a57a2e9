import { hitsWithin, type RankedTargets } from './ranked-targets.js';

/** Share of the places within the cutoff that targets have; a list that is shorter than the cutoff has fewer places. */
export function precision(ranked: RankedTargets, cutoff: number): number {
  const places = Math.min(cutoff, ranked.candidates);
  return places === 0 ? 0 : hitsWithin(ranked, cutoff) / places;
}
