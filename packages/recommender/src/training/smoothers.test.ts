import { expect, it } from 'vitest';
import { plainProduct } from './plain-product.fixture.js';
import { ridgeWeights } from './smoothers.js';

it('takes a larger ridge where similarities are not those of a kernel', async () => {
  // eigenvalues 3 and -1: a ridge of 0.5 leaves one below 0, its double too, 2 does not
  const own = Float32Array.of(1, 2, 2, 1);
  const weights = await ridgeWeights(Float32Array.of(1, 0), own, 2, 0.5, plainProduct);
  const wanted = await ridgeWeights(Float32Array.of(1, 0), own, 2, 2, plainProduct);
  expect([...weights]).toEqual([...wanted]);
  expect(weights[0]).toBeCloseTo(3 / 5, 5);
});
