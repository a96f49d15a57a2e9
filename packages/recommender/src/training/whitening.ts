import type { MatrixProduct } from './matrix-product.js';
import { transposed } from './symmetric-inverse.js';

/** Iterations until the slowest direction has converged; the ridge bounds how slow that is. */
const iterations = 24;
/** Of the mean variance: directions with less are noise that must not be blown up. */
const ridge = 1e-3;

/**
 * Half of a whitening: x C^(-1/4) for centred rows x, with C their covariance. What all texts of a catalogue have in
 * common takes up a few directions of an encoder's space and drowns the rest; whitening in full (C^(-1/2)) would make
 * the noise of the weakest directions as loud as everything. After J. Su et al., Whitening Sentence Representations
 * for Better Semantics (2021), with half of the power.
 *
 * The root is by coupled Newton and Schulz iterations, products alone: Y -> C^(1/2) and Z -> C^(-1/2) from Y = C, Z = I
 * by T = (3 I - Z Y) / 2, Y = Y T, Z = T Z; then once more, from C^(1/2) to C^(-1/4).
 */
export async function partlyWhitened(
  rows: Float32Array,
  dimensions: number,
  product: MatrixProduct,
): Promise<Float32Array> {
  const count = dimensions === 0 ? 0 : rows.length / dimensions;
  if (count === 0) return rows;
  const covariance = await product.multiply(transposed(rows, count, dimensions), rows, {
    rows: dimensions,
    inner: count,
    columns: dimensions,
  });
  let trace = 0;
  for (let at = 0; at < dimensions; at++) trace += covariance[at * dimensions + at] ?? 0;
  if (!(trace > 0)) return rows;
  for (let at = 0; at < dimensions; at++) {
    const diagonal = at * dimensions + at;
    covariance[diagonal] = (covariance[diagonal] ?? 0) + (ridge * trace) / dimensions;
  }
  const { root } = await roots(covariance, dimensions, product);
  const { inverse } = await roots(root, dimensions, product);
  return product.multiply(rows, inverse, { rows: count, inner: dimensions, columns: dimensions });
}

/** Square root and inverse square root of a symmetric positive definite matrix, each up to a positive factor. */
async function roots(
  matrix: Float32Array,
  side: number,
  product: MatrixProduct,
): Promise<{ readonly root: Float32Array; readonly inverse: Float32Array }> {
  const shape = { rows: side, inner: side, columns: side };
  const norm = Math.sqrt(matrix.reduce((sum, value) => sum + value * value, 0));
  let y: Float32Array = matrix.map((value) => value / norm);
  let z: Float32Array = new Float32Array(side * side);
  for (let at = 0; at < side; at++) z[at * side + at] = 1;
  for (let step = 0; step < iterations; step++) {
    const t = await product.multiply(z, y, shape);
    for (let at = 0; at < t.length; at++) t[at] = -(t[at] as number) / 2;
    for (let at = 0; at < side; at++) t[at * side + at] = (t[at * side + at] as number) + 1.5;
    y = await product.multiply(y, t, shape);
    z = await product.multiply(t, z, shape);
  }
  return { root: y, inverse: z };
}
