import { kthLargest } from '../largest.js';
import type { MatrixProduct } from './matrix-product.js';
import { symmetricInverse } from './symmetric-inverse.js';

/**
 * How an item that nobody has met is written as a mixture of items with evidence: its weights kappa [candidates x
 * trained] over them, from similarities alone. What is known of the trained items, whatever it is, is then carried
 * over by one product.
 */
export type SmootherSettings =
  | {
      /** E. Nadaraya, G. Watson (1964): the nearest, weighted by a power of their similarity. */
      readonly kind: 'neighbours';
      readonly neighbours: number;
      readonly power: number;
      /** The sum of the weights to this power divides: 1 is the mean; 0.5 lets items with many close neighbours lead. */
      readonly normalisation: number;
    }
  | {
      /** Kernel ridge regression: kappa = k (K + lambda I)^-1. */
      readonly kind: 'ridge';
      readonly lambda: number;
    };

/** Keeps the nearest of each row and weighs them; changes nothing of `similarities`. */
export function neighbourWeights(
  similarities: Float32Array,
  columns: number,
  { neighbours, power, normalisation }: Extract<SmootherSettings, { kind: 'neighbours' }>,
): Float32Array {
  const weights = new Float32Array(similarities.length);
  const rows = columns === 0 ? 0 : similarities.length / columns;
  for (let row = 0; row < rows; row++) {
    const line = similarities.subarray(row * columns, (row + 1) * columns);
    const least = neighbours >= columns ? 0 : kthLargest(line, neighbours);
    let sum = 0;
    for (let column = 0; column < columns; column++) {
      const similarity = line[column] ?? 0;
      if (similarity <= 0 || similarity < least) continue;
      // whole powers are what is searched, and a power costs as much as all the rest
      const weight = power === 1 ? similarity : power === 2 ? similarity * similarity : similarity ** power;
      weights[row * columns + column] = weight;
      sum += weight;
    }
    const scale = sum > 0 ? 1 / sum ** normalisation : 0;
    for (let at = row * columns; at < (row + 1) * columns; at++) weights[at] = (weights[at] ?? 0) * scale;
  }
  return weights;
}

/** Doublings of a ridge that is too small; kernels are cut at 0, which leaves a sum of them not quite definite. */
const mostDoublings = 12;

/**
 * `similarities` [candidates x trained] and the trained items' own [trained x trained]. Where the ridge is too small to
 * invert, the next double of it that is not.
 */
export async function ridgeWeights(
  similarities: Float32Array,
  own: Float32Array,
  columns: number,
  lambda: number,
  product: MatrixProduct,
): Promise<Float32Array> {
  const inverse = await ridgeInverse(own, columns, lambda, product);
  const rows = columns === 0 ? 0 : similarities.length / columns;
  return product.multiply(similarities, inverse, { rows, inner: columns, columns });
}

async function ridgeInverse(
  own: Float32Array,
  columns: number,
  lambda: number,
  product: MatrixProduct,
): Promise<Float32Array> {
  for (let doublings = 0; ; doublings++) {
    const ridge = Float32Array.from(own);
    for (let at = 0; at < columns; at++) {
      ridge[at * columns + at] = (ridge[at * columns + at] ?? 0) + lambda * 2 ** doublings;
    }
    try {
      return await symmetricInverse(ridge, columns, product);
    } catch (error) {
      if (!(error instanceof RangeError) || doublings === mostDoublings) throw error;
    }
  }
}
