import { seededRandom } from '@kindling/domain';
import { expect, test } from 'vitest';
import { plainProduct } from './plain-product.fixture.js';
import { symmetricInverse } from './symmetric-inverse.js';

test.each([1, 2, 96, 97, 230])(
  'the inverse of a %i-sided matrix times the matrix is the identity',
  async (side) => {
    const random = seededRandom(side);
    const factor = Float32Array.from({ length: side * side }, () => random() - 0.5);
    const shape = { rows: side, inner: side, columns: side };
    const matrix = await plainProduct.multiply(factor, factor, { ...shape, isTransposed: true });
    for (let at = 0; at < side; at++) matrix[at * side + at] = (matrix[at * side + at] ?? 0) + 2;
    const identity = await plainProduct.multiply(
      matrix,
      await symmetricInverse(matrix, side, plainProduct),
      shape,
    );
    identity.forEach((value, at) => {
      expect(Math.abs(value - (at % (side + 1) === 0 ? 1 : 0))).toBeLessThan(2e-4);
    });
  },
);

test('a matrix that is not positive definite is refused with what to do', async () => {
  await expect(symmetricInverse(Float32Array.of(1, 2, 2, 1), 2, plainProduct)).rejects.toThrow(
    'use a larger ridge',
  );
});
