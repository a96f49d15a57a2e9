/** Share of the candidates that stand among the first `cutoff` of anybody's list. In [0, 1]. */
export function coverageAt(lists: Iterable<ArrayLike<number>>, cutoff: number, candidates: number): number {
  const shown = new Set<number>();
  for (const ranked of lists) {
    for (let place = 0; place < Math.min(cutoff, ranked.length); place++) shown.add(ranked[place] as number);
  }
  return candidates === 0 ? 0 : shown.size / candidates;
}
