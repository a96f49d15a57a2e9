/**
 * Picks `limit` of the candidates, each time the one with the highest
 *   lambda * relevance - (1 - lambda) * (highest similarity to one already picked),
 * the first by relevance alone; at equal values the earlier candidate. Answers positions in the order picked.
 * `vectors` is float32[candidates * dimensions], L2-normalised. Cost: limit * candidates * dimensions.
 * Source: Carbonell and Goldstein, "The use of MMR, diversity-based reranking" (SIGIR 1998).
 */
export function maximalMarginalRelevance(
  relevance: ArrayLike<number>,
  vectors: Float32Array,
  lambda: number,
  limit: number,
): readonly number[] {
  const candidates = relevance.length;
  if (candidates === 0) return [];
  const dimensions = vectors.length / candidates;
  const closest = new Float64Array(candidates).fill(-Infinity);
  const waiting = new Set(Array.from({ length: candidates }, (_, position) => position));
  const picked: number[] = [];
  while (picked.length < limit && waiting.size > 0) {
    let best = -1;
    let bestValue = -Infinity;
    for (const position of waiting) {
      const penalty = picked.length === 0 ? 0 : (1 - lambda) * (closest[position] ?? 0);
      const weight = picked.length === 0 ? 1 : lambda;
      const value = weight * (relevance[position] ?? 0) - penalty;
      if (value > bestValue) {
        best = position;
        bestValue = value;
      }
    }
    picked.push(best);
    waiting.delete(best);
    const from = best * dimensions;
    for (const position of waiting) {
      const similarity = dot(vectors, from, position * dimensions, dimensions);
      if (similarity > (closest[position] ?? 0)) closest[position] = similarity;
    }
  }
  return picked;
}

function dot(vectors: Float32Array, a: number, b: number, dimensions: number): number {
  let sum = 0;
  for (let index = 0; index < dimensions; index++) {
    sum += (vectors[a + index] ?? 0) * (vectors[b + index] ?? 0);
  }
  return sum;
}
