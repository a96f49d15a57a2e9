import type { MatrixProduct } from './matrix-product.js';

/** Three loops, for tests of what stands on the port. */
export const plainProduct: MatrixProduct = {
  async multiply(a, b, { rows, inner, columns, isTransposed = false }) {
    const product = new Float32Array(rows * columns);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        let sum = 0;
        for (let at = 0; at < inner; at++) {
          const right = isTransposed ? b[column * inner + at] : b[at * columns + column];
          sum += (a[row * inner + at] ?? 0) * (right ?? 0);
        }
        product[row * columns + column] = sum;
      }
    }
    return product;
  },
};
