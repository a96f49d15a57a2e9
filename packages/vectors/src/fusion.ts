import type { ItemNumber } from '@kindling/domain';
import type { FusionQuery, VectorHit } from './port.js';

/** Lists of hits, best first, made into one: equal fused scores in order of key. */
export function fuseHits(
  lists: readonly (readonly VectorHit[])[],
  method: FusionQuery['method'],
): readonly VectorHit[] {
  const sums = new Map<ItemNumber, number>();
  for (const list of lists) {
    const scores = method === 'reciprocalRank' ? reciprocalRanks(list) : distributionScores(list);
    list.forEach((hit, position) => {
      sums.set(hit.key, (sums.get(hit.key) ?? 0) + (scores[position] ?? 0));
    });
  }
  return [...sums].map(([key, score]) => ({ key, score })).sort(byScoreThenKey);
}

export const byScoreThenKey = (a: VectorHit, b: VectorHit) => b.score - a.score || a.key - b.key;

/**
 * 1 / (k + position), position from 0, k = 2 as in Qdrant: only the order counts.
 * Source: Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet" (SIGIR 2009).
 */
const rankConstant = 2;
const reciprocalRanks = (list: readonly VectorHit[]) =>
  list.map((_, position) => 1 / (rankConstant + position));

/**
 * (score - (mean - 3 s)) / (6 s), with the sample deviation s of the list: scores of different scales become
 * comparable. A list of one, or of equal scores, says nothing of its spread and counts 0.5, as in Qdrant.
 * Source: Mazzecchi, "Distribution-Based Score Fusion" (2023); Qdrant's score_fusion.
 */
function distributionScores(list: readonly VectorHit[]): readonly number[] {
  const mean = list.reduce((sum, hit) => sum + hit.score, 0) / list.length;
  const squares = list.reduce((sum, hit) => sum + (hit.score - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (list.length - 1));
  if (list.length < 2 || deviation === 0) return list.map(() => 0.5);
  return list.map((hit) => (hit.score - (mean - 3 * deviation)) / (6 * deviation));
}
