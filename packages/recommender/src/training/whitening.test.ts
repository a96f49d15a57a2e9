import { seededRandom } from '@kindling/domain';
import { expect, it } from 'vitest';
import { plainProduct } from './plain-product.fixture.js';
import { partlyWhitened } from './whitening.js';

const [count, dimensions] = [400, 3];
/** Independent columns with standard deviations 1, 0.1 and 0.01. */
const random = seededRandom('whitening');
const rows = Float32Array.from(
  { length: count * dimensions },
  (_, at) => (random() - 0.5) * Math.sqrt(12) * 0.1 ** (at % dimensions),
);
const deviation = (values: Float32Array, column: number) =>
  Math.sqrt(
    Array.from({ length: count }, (_, row) => (values[row * dimensions + column] ?? 0) ** 2).reduce(
      (a, b) => a + b,
    ) / count,
  );

it('takes the root of how much stronger one direction is than another', async () => {
  const whitened = await partlyWhitened(rows, dimensions, plainProduct);
  const [a, b, c] = [0, 1, 2].map((column) => deviation(whitened, column));
  expect((a ?? 0) / (b ?? 1)).toBeCloseTo(Math.sqrt(deviation(rows, 0) / deviation(rows, 1)), 1);
  // the weakest is held by the ridge
  expect((b ?? 0) / (c ?? 1)).toBeGreaterThan(Math.sqrt(10));
});

it('leaves rows alone that say nothing', async () => {
  const nothing = new Float32Array(6);
  expect(await partlyWhitened(nothing, 3, plainProduct)).toEqual(nothing);
});
