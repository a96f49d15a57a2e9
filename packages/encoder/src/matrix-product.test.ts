import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMatrixProduct, type OnnxMatrixProduct } from './matrix-product.js';

let product: OnnxMatrixProduct;
beforeAll(async () => {
  product = await createMatrixProduct(1);
});
afterAll(() => product.close());

test('multiplies as the definition says, also with the second matrix transposed', async () => {
  const a = Float32Array.of(1, 2, 3, 4, 5, 6);
  const b = Float32Array.of(7, 8, 9, 10, 11, 12);
  expect([...(await product.multiply(a, b, { rows: 2, inner: 3, columns: 2 }))]).toEqual([58, 64, 139, 154]);
  expect([...(await product.multiply(a, b, { rows: 2, inner: 3, columns: 2, isTransposed: true }))]).toEqual([
    50, 68, 122, 167,
  ]);
});

test('refuses matrices that are not of the shape they are said to have, and multiplies empty ones', async () => {
  const one = Float32Array.of(1);
  await expect(product.multiply(one, one, { rows: 2, inner: 1, columns: 1 })).rejects.toThrow(
    'not 2 x 1 and 1 x 1',
  );
  expect(await product.multiply(new Float32Array(0), one, { rows: 0, inner: 1, columns: 1 })).toHaveLength(0);
});
