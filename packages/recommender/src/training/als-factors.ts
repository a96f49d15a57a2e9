import type { Random } from '@kindling/domain';
import type { InteractionMatrix } from './interaction-matrix.js';

/**
 * Implicit ALS: factors x_p, y_i that minimise sum c_pi (1[c > 0] - x_p.y_i)^2 + lambda (|x|^2 + |y|^2), where an
 * observed pair counts 1 + alpha weight and any other 1 (Hu, Koren, Volinsky 2008). Each row takes three steps of
 * conjugate gradients from where it stands, in place of a solve (Takacs, Pilaszy, Tikk 2011).
 */
export interface AlsSettings {
  readonly factors: number;
  readonly iterations: number;
  readonly lambda: number;
  readonly alpha: number;
}

export const defaultAls: AlsSettings = { factors: 64, iterations: 10, lambda: 5, alpha: 10 };

export interface AlsFactors {
  /** float64[items x factors]. */
  readonly items: Float64Array;
  /** The factors of anybody, from their history alone. */
  profile(history: readonly { readonly item: number; readonly weight: number }[]): Float64Array;
}

export function alsFactors(
  byProfile: InteractionMatrix,
  byItem: InteractionMatrix,
  settings: AlsSettings,
  random: Random,
): AlsFactors {
  const { factors, iterations } = settings;
  const start = (rows: number) =>
    Float64Array.from({ length: rows * factors }, () => (random() - 0.5) / Math.sqrt(factors));
  const profiles = start(byProfile.profiles);
  const items = start(byItem.profiles);
  for (let iteration = 0; iteration < iterations; iteration++) {
    improve(profiles, items, byProfile, settings);
    improve(items, profiles, byItem, settings);
  }
  // an item that nobody met has nothing but the noise it started from
  for (let item = 0; item < byItem.profiles; item++) {
    if (byItem.starts[item] === byItem.starts[item + 1]) {
      items.fill(0, item * factors, (item + 1) * factors);
    }
  }
  const gram = gramOf(items, factors);
  return {
    items,
    profile(history) {
      const own = new Float64Array(factors);
      const columns = Int32Array.from(history, ({ item }) => item);
      const weights = Float32Array.from(history, ({ weight }) => weight);
      for (let round = 0; round < 4; round++) descend(own, items, gram, columns, weights, settings);
      return own;
    },
  };
}

function improve(
  left: Float64Array,
  right: Float64Array,
  rows: InteractionMatrix,
  settings: AlsSettings,
): void {
  const { factors } = settings;
  const gram = gramOf(right, factors);
  for (let row = 0; row < rows.profiles; row++) {
    const [from, to] = [rows.starts[row] ?? 0, rows.starts[row + 1] ?? 0];
    if (from === to) continue;
    const own = left.subarray(row * factors, (row + 1) * factors);
    descend(own, right, gram, rows.columns.subarray(from, to), rows.weights.subarray(from, to), settings);
  }
}

function gramOf(matrix: Float64Array, factors: number): Float64Array {
  const gram = new Float64Array(factors * factors);
  for (let start = 0; start < matrix.length; start += factors) {
    for (let one = 0; one < factors; one++) {
      const value = matrix[start + one] as number;
      if (value === 0) continue;
      for (let other = 0; other < factors; other++) {
        const at = one * factors + other;
        gram[at] = (gram[at] as number) + value * (matrix[start + other] as number);
      }
    }
  }
  return gram;
}

/** Three steps of conjugate gradients on (Y'Y + Y'(C - I)Y + lambda I) x = Y'C 1, in place. */
function descend(
  x: Float64Array,
  y: Float64Array,
  gram: Float64Array,
  columns: Int32Array,
  weights: Float32Array,
  { factors, lambda, alpha }: AlsSettings,
): void {
  const applied = new Float64Array(factors);
  const apply = (vector: Float64Array, target: number) => {
    // by rows of the symmetric matrix, not as dot products, whose additions wait for one another
    for (let one = 0; one < factors; one++) applied[one] = lambda * (vector[one] as number);
    for (let other = 0; other < factors; other++) {
      addScaled(applied, vector[other] as number, gram, other * factors);
    }
    // with target 1 this is A x - b, the negative residual
    for (let at = 0; at < columns.length; at++) {
      const start = (columns[at] as number) * factors;
      const confidence = alpha * (weights[at] as number);
      const scale = confidence * dotOf(vector, y, start) - target * (1 + confidence);
      addScaled(applied, scale, y, start);
    }
  };
  apply(x, 1);
  const residual = applied.map((value) => -value);
  const direction = residual.slice();
  let square = dotOf(residual, residual, 0);
  for (let step = 0; step < 3 && square > 1e-20; step++) {
    apply(direction, 0);
    const length = square / dotOf(direction, applied, 0);
    for (let one = 0; one < factors; one++) {
      x[one] = (x[one] as number) + length * (direction[one] as number);
      residual[one] = (residual[one] as number) - length * (applied[one] as number);
    }
    const next = dotOf(residual, residual, 0);
    for (let one = 0; one < factors; one++) {
      direction[one] = (residual[one] as number) + (next / square) * (direction[one] as number);
    }
    square = next;
  }
}

/** into += scale times the row of `rows` that begins at `start`. */
function addScaled(into: Float64Array, scale: number, rows: Float64Array, start: number): void {
  for (let at = 0; at < into.length; at++) {
    into[at] = (into[at] as number) + scale * (rows[start + at] as number);
  }
}

/** Of `a` and the row of `rows` that begins at `start`, in two sums that do not wait for each other. */
function dotOf(a: Float64Array, rows: Float64Array, start: number): number {
  let [even, odd] = [0, 0];
  let at = 0;
  for (; at + 1 < a.length; at += 2) {
    even += (a[at] as number) * (rows[start + at] as number);
    odd += (a[at + 1] as number) * (rows[start + at + 1] as number);
  }
  if (at < a.length) even += (a[at] as number) * (rows[start + at] as number);
  return even + odd;
}
