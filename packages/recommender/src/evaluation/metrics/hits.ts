/** Targets among the first `cutoff` of a list. Items are item indices; the list is best first and holds each once. */
export function hitsAt(ranked: ArrayLike<number>, targets: ReadonlySet<number>, cutoff: number): number {
  let hits = 0;
  for (let place = 0; place < Math.min(cutoff, ranked.length); place++) {
    if (targets.has(ranked[place] as number)) hits++;
  }
  return hits;
}
