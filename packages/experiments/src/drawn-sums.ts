import type { Random } from '@kindling/domain';
import { normal } from './normal.js';

/** Sum and sum of squares of units, each less the mean of the population. */
export interface DrawnSums {
  readonly n: number;
  readonly sum: number;
  readonly squares: number;
}

/**
 * Sums of n units drawn with replacement from a population, at a price that hardly grows with n: units far from the
 * mean are drawn one by one, as a single one of them can move mean and variance together; the many others bring a sum
 * and a sum of squares that are jointly normal, which for hundreds of bounded values is as good as drawing them.
 */
export class SumsSampler {
  private readonly far: Float64Array;
  private readonly farShare: number;
  private readonly near: { mean: number; square: number; a: number; b: number; c: number };

  /**
   * `distances` from the mean, the farthest first. `drawnUnits`: about how many of the `unitsPerArm` are drawn one by one; all of them when there are fewer.
   */
  constructor(distances: Float64Array, unitsPerArm: number, drawnUnits = 200) {
    const count = Math.ceil(Math.min(1, drawnUnits / unitsPerArm) * distances.length);
    this.far = distances.subarray(0, count);
    this.farShare = distances.length === 0 ? 0 : count / distances.length;
    this.near = bivariate(distances.subarray(count));
  }

  draw(n: number, random: Random): DrawnSums {
    const farCount = this.farShare === 1 ? n : binomial(n, this.farShare, random);
    const nearCount = n - farCount;
    const { mean, square, a, b, c } = this.near;
    const root = Math.sqrt(nearCount);
    const first = normal(random);
    let sum = nearCount * mean + root * a * first;
    let squares = nearCount * square + root * (b * first + c * normal(random));
    for (let unit = 0; unit < farCount; unit++) {
      const value = this.far[Math.floor(random() * this.far.length)] ?? 0;
      sum += value;
      squares += value * value;
    }
    return { n, sum, squares };
  }
}

/** Means of z and z^2, and the Cholesky factor (a 0; b c) of their covariance. */
function bivariate(values: Float64Array) {
  const n = Math.max(1, values.length);
  let [mean, square] = [0, 0];
  for (const value of values) {
    mean += value / n;
    square += value ** 2 / n;
  }
  let [one, both, two] = [0, 0, 0];
  for (const value of values) {
    one += (value - mean) ** 2 / n;
    both += ((value - mean) * (value ** 2 - square)) / n;
    two += (value ** 2 - square) ** 2 / n;
  }
  const a = Math.sqrt(one);
  const b = a > 0 ? both / a : 0;
  return { mean, square, a, b, c: Math.sqrt(Math.max(0, two - b * b)) };
}

/** By a normal where that is close, else trial by trial of the gaps between successes (geometric). */
function binomial(n: number, share: number, random: Random): number {
  const expected = n * share;
  if (expected > 100) {
    const drawn = Math.round(expected + Math.sqrt(expected * (1 - share)) * normal(random));
    return Math.min(n, Math.max(0, drawn));
  }
  let count = 0;
  const log = Math.log1p(-share);
  for (let at = skip(random, log); at < n; at += 1 + skip(random, log)) count += 1;
  return count;
}

const skip = (random: Random, log: number) => Math.floor(Math.log(1 - random()) / log);
