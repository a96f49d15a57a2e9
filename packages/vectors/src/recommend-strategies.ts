/*
 * The three strategies of Qdrant's recommendation API over examples (L2-normalised vectors), for engines that have
 * them not natively. Source: Qdrant documentation, "Recommendation API".
 */

/** The query vector of `averageVector`, not yet normalised: 2 mean(positive) - mean(negative). */
export function averageVectorQuery(
  positive: readonly Float32Array[],
  negative: readonly Float32Array[],
): Float32Array {
  const weights = negative.length === 0 ? 1 : 2;
  return weightedSum(positive, weights / positive.length, negative, -1 / negative.length);
}

/** The query vector of `sumScores`: a sum of dot products is the dot product with the sum. Not to be normalised. */
export const sumScoresQuery = (positive: readonly Float32Array[], negative: readonly Float32Array[]) =>
  weightedSum(positive, 1, negative, -1);

/** The score of `bestScore` from the highest similarities; -Infinity where there is no example of that kind. */
export const bestScore = (toPositive: number, toNegative: number) =>
  toPositive > toNegative ? sigmoid(toPositive) : -sigmoid(toNegative);

/** Qdrant's cheap stand-in for the logistic function, in (0, 1). */
const sigmoid = (x: number) => (1 + x / (1 + Math.abs(x))) / 2;

function weightedSum(
  positive: readonly Float32Array[],
  positiveWeight: number,
  negative: readonly Float32Array[],
  negativeWeight: number,
): Float32Array {
  const sum = new Float64Array((positive[0] ?? negative[0])?.length ?? 0);
  const add = (vectors: readonly Float32Array[], weight: number) => {
    for (const vector of vectors) {
      for (const [index, value] of vector.entries()) sum[index] = (sum[index] ?? 0) + weight * value;
    }
  };
  add(positive, positiveWeight);
  add(negative, negativeWeight);
  return Float32Array.from(sum);
}
