import type { MatrixProduct } from './matrix-product.js';

/** Below this side the inverse is worked out directly, in double precision. */
const directSide = 96;

/**
 * The inverse of a symmetric positive definite matrix [side x side], by halves (Schur complement):
 *
 *   M = [A B; B' D],  S = D - B' A^-1 B,  M^-1 = [A^-1 + A^-1 B S^-1 B' A^-1,  -A^-1 B S^-1;  ..., S^-1]
 *
 * All but the smallest blocks are matrix products, about 2 side^3 operations in float32: meant for matrices with a
 * ridge on the diagonal, whose condition number single precision bears. Throws when a pivot is not positive.
 */
export async function symmetricInverse(
  matrix: Float32Array,
  side: number,
  product: MatrixProduct,
): Promise<Float32Array> {
  if (side <= directSide) return directInverse(matrix, side);
  const first = side >> 1;
  const second = side - first;
  const a = block(matrix, side, [0, 0], first, first);
  const b = block(matrix, side, [0, first], first, second);
  const d = block(matrix, side, [first, first], second, second);
  const inverseA = await symmetricInverse(a, first, product);
  // A^-1 B [first x second], then B' A^-1 B = (A^-1 B)' B, both with the left side transposed beforehand
  const half = await product.multiply(inverseA, b, { rows: first, inner: first, columns: second });
  const halfTransposed = transposed(half, first, second);
  const bTransposed = transposed(b, first, second);
  const correction = await product.multiply(halfTransposed, bTransposed, {
    rows: second,
    inner: first,
    columns: second,
    isTransposed: true,
  });
  for (let at = 0; at < d.length; at++) d[at] = (d[at] ?? 0) - (correction[at] ?? 0);
  const inverseS = await symmetricInverse(d, second, product);
  const right = await product.multiply(half, inverseS, { rows: first, inner: second, columns: second });
  const upper = await product.multiply(right, half, {
    rows: first,
    inner: second,
    columns: first,
    isTransposed: true,
  });
  const inverse = new Float32Array(side * side);
  for (let row = 0; row < first; row++) {
    for (let column = 0; column < first; column++) {
      const at = row * first + column;
      inverse[row * side + column] = (inverseA[at] ?? 0) + (upper[at] ?? 0);
    }
    for (let column = 0; column < second; column++) {
      const value = -(right[row * second + column] ?? 0);
      inverse[row * side + first + column] = value;
      inverse[(first + column) * side + row] = value;
    }
  }
  for (let row = 0; row < second; row++) {
    inverse.set(inverseS.subarray(row * second, (row + 1) * second), (first + row) * side + first);
  }
  return inverse;
}

function block(
  matrix: Float32Array,
  side: number,
  [top, left]: readonly [number, number],
  rows: number,
  columns: number,
): Float32Array {
  const part = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const from = (top + row) * side + left;
    part.set(matrix.subarray(from, from + columns), row * columns);
  }
  return part;
}

export function transposed(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(matrix.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = matrix[row * columns + column] ?? 0;
    }
  }
  return result;
}

/** Gauss and Jordan on the diagonal: no pivoting is needed where the matrix is positive definite. */
function directInverse(matrix: Float32Array, side: number): Float32Array {
  const work = Float64Array.from(matrix);
  for (let pivot = 0; pivot < side; pivot++) {
    const value = work[pivot * side + pivot] ?? 0;
    if (!(value > 0)) {
      throw new RangeError(
        `The matrix is not positive definite (pivot ${pivot} is ${value}): use a larger ridge.`,
      );
    }
    const scale = 1 / value;
    for (let column = 0; column < side; column++) {
      work[pivot * side + column] = (work[pivot * side + column] ?? 0) * scale;
    }
    work[pivot * side + pivot] = scale;
    for (let row = 0; row < side; row++) {
      if (row === pivot) continue;
      const factor = work[row * side + pivot] ?? 0;
      work[row * side + pivot] = 0;
      if (factor === 0) continue;
      for (let column = 0; column < side; column++) {
        const at = row * side + column;
        work[at] = (work[at] as number) - factor * (work[pivot * side + column] as number);
      }
    }
  }
  return Float32Array.from(work);
}
