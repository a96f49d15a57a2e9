/**
 * 1 - mean cosine of all pairs among the first `cutoff`, by the items' vectors of length 1; items without one are
 * left out, and fewer than two give 0. By the identity |sum of v|^2 = n + 2 (sum over pairs): one pass.
 */
export function intraListDiversityAt(
  ranked: ArrayLike<number>,
  cutoff: number,
  vectors: readonly (Float32Array | null)[],
): number {
  let sum: Float64Array | null = null;
  let count = 0;
  for (let place = 0; place < Math.min(cutoff, ranked.length); place++) {
    const vector = vectors[ranked[place] as number];
    if (!vector) continue;
    sum ??= new Float64Array(vector.length);
    for (let index = 0; index < vector.length; index++) {
      sum[index] = (sum[index] as number) + (vector[index] as number);
    }
    count++;
  }
  if (sum === null || count < 2) return 0;
  let squared = 0;
  for (const value of sum) squared += value * value;
  return 1 - (squared - count) / (count * (count - 1));
}
