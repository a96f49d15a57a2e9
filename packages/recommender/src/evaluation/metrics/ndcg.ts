/**
 * Normalised discounted cumulative gain with binary relevance: sum over hits of 1 / log2(rank + 1), ranks from 1, as
 * a share of what the best order of these targets would have. In [0, 1]; 0 without targets.
 */
export function ndcgAt<Item>(ranked: readonly Item[], targets: ReadonlySet<Item>, cutoff: number): number {
  let gain = 0;
  ranked.slice(0, cutoff).forEach((item, index) => {
    if (targets.has(item)) gain += 1 / Math.log2(index + 2);
  });
  let ideal = 0;
  for (let index = 0; index < Math.min(cutoff, targets.size); index++) ideal += 1 / Math.log2(index + 2);
  return ideal === 0 ? 0 : gain / ideal;
}
