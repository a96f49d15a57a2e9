/** Sums of one variable over the n units of an arm. A proportion counts successes: its squares are its sum. */
export interface Sums {
  readonly kind: 'mean' | 'proportion';
  readonly n: number;
  readonly sum: number;
  readonly sumSquares: number;
}

export const meanSums = (n: number, sum: number, sumSquares: number): Sums => ({
  kind: 'mean',
  n,
  sum,
  sumSquares,
});

export const proportionSums = (n: number, successes: number): Sums => ({
  kind: 'proportion',
  n,
  sum: successes,
  sumSquares: successes,
});

export const meanOf = ({ n, sum }: Sums): number => (n > 0 ? sum / n : 0);

/** Variance of one unit; divisor n - 1, and n (that is p(1 - p)) for a proportion. Zero below two units. */
export const varianceOf = (sums: Sums): number => Math.max(0, covarianceOf(sums, sums, sums.sumSquares));

/** Covariance of two variables of the same units, `products` being the sum of their products. */
export function covarianceOf(one: Sums, other: Sums, products: number): number {
  const { n } = one;
  if (n <= 1) return 0;
  const divisor = one.kind === 'proportion' && other.kind === 'proportion' ? n : n - 1;
  return (products - (one.sum * other.sum) / n) / divisor;
}

/** The units of both arms together. */
export const pool = (one: Sums, other: Sums): Sums => ({
  kind: one.kind === 'proportion' && other.kind === 'proportion' ? 'proportion' : 'mean',
  n: one.n + other.n,
  sum: one.sum + other.sum,
  sumSquares: one.sumSquares + other.sumSquares,
});
