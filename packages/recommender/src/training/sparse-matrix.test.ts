import { expect, it } from 'vitest';
import { gram, sparseMatrix, transposed } from './sparse-matrix.js';

const matrix = sparseMatrix(
  3,
  4,
  Int32Array.of(2, 0, 0, 2, 2),
  Int32Array.of(3, 1, 0, 0, 3),
  Float32Array.of(1, 2, 3, 4, 5),
);

it('sorts the columns of each row, adds up what repeats and keeps empty rows', () => {
  expect([...matrix.offsets]).toEqual([0, 2, 2, 4]);
  expect([...matrix.columns]).toEqual([0, 1, 0, 3]);
  expect([...matrix.values]).toEqual([3, 2, 4, 6]);
});

it('comes back from being transposed twice', () => {
  expect(transposed(transposed(matrix))).toEqual(matrix);
});

it('has the Gram matrix of its dense form', () => {
  expect([...gram(matrix)]).toEqual([13, 0, 12, 0, 0, 0, 12, 0, 52]);
});
