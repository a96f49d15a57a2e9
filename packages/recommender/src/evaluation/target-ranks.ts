/**
 * Ranks (from 0) that the targets have in a full ranking by score, ascending. Of equal scores the earlier candidate
 * stands first, so a ranker that says nothing ranks by position and must break ties by itself.
 */
export function targetRanks(scores: Float32Array, targets: Int32Array): Int32Array {
  return targets.map((target) => rankOf(scores, target)).sort();
}

export function rankOf(scores: Float32Array, target: number): number {
  const own = scores[target] ?? Number.NEGATIVE_INFINITY;
  let before = 0;
  for (let candidate = 0; candidate < scores.length; candidate++) {
    const score = scores[candidate] ?? Number.NEGATIVE_INFINITY;
    if (score > own || (score === own && candidate < target)) before++;
  }
  return before;
}
