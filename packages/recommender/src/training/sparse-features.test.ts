import { expect, test } from 'vitest';
import { fieldKernels } from './field-kernels.js';
import { plainProduct } from './plain-product.fixture.js';
import { neighbourWeights, ridgeWeights } from './smoothers.js';
import { sparseCosines, tfIdfFeatures } from './sparse-features.js';
import type { ItemContent } from './training-data.js';

const all = (count: number) => Int32Array.from({ length: count }, (_, at) => at);

test('cosines of tf-idf agree with the formula, and words of one document do not count', () => {
  const documents = [['red', 'lamp', 'lamp'], ['red', 'chair'], ['lamp', 'lonely'], []];
  const cosines = sparseCosines(tfIdfFeatures(documents), all(4), all(4));
  const rarity = 1 + Math.log(5 / 3);
  const lamp = (1 + Math.log(2)) * rarity;
  const length = Math.hypot(lamp, rarity);
  expect(cosines[0]).toBeCloseTo(1, 6);
  expect(cosines[1]).toBeCloseTo(rarity / length, 6);
  expect(cosines[2]).toBeCloseTo(lamp / length, 6);
  expect(cosines[6]).toBe(0);
  expect([...cosines.subarray(12)]).toEqual([0, 0, 0, 0]);
});

const item = (id: string, more: Partial<ItemContent>): ItemContent => ({
  title: id,
  description: null,
  categories: [],
  tags: [],
  attributes: {},
  price: null,
  vector: null,
  ...more,
});

test('the kernels are those of the fields that items have, each 1 of an item with itself and never negative', async () => {
  const items = [
    item('red lamp', {
      attributes: { cast: 'Ann, Bob', year: '1995' },
      price: 10,
      vector: Float32Array.of(1, 0),
    }),
    item('blue lamp', {
      attributes: { cast: ['Bob'], year: 1996 },
      price: 1_000,
      vector: Float32Array.of(0, 1),
    }),
    item('red chair', {
      attributes: { cast: 'Ann', year: 2020 },
      price: 11,
      vector: Float32Array.of(0.6, -0.8),
    }),
  ];
  const kernels = fieldKernels(items, plainProduct);
  expect(kernels.map(({ name }) => name)).toEqual([
    'titleWords',
    'titleParts',
    'titlePairs',
    'attributes.cast',
    'price',
    'attributes.year',
    'meaning',
    'meaningWhitened',
  ]);
  const similarities = new Map<string, Float32Array>();
  for (const { name, between } of kernels) similarities.set(name, await between(all(3), all(3)));
  for (const values of similarities.values()) {
    for (const own of [0, 4, 8]) expect(values[own]).toBeCloseTo(1, 5);
    for (const value of values) expect(value).toBeGreaterThanOrEqual(0);
  }
  const [year, price] = [similarities.get('attributes.year'), similarities.get('price')];
  expect(year?.[1]).toBeGreaterThan(year?.[2] ?? 1);
  expect(price?.[2]).toBeGreaterThan(price?.[1] ?? 1);
});

test('neighbour weights keep the nearest, and divide by the power of their sum', () => {
  const similarities = Float32Array.of(0.5, 0.1, 0, 0.25);
  const settings = { kind: 'neighbours', neighbours: 2, power: 2, normalisation: 1 } as const;
  expect([...neighbourWeights(similarities, 4, settings)].map((weight) => +weight.toFixed(6))).toEqual([
    0.8, 0, 0, 0.2,
  ]);
  const rooted = neighbourWeights(similarities, 4, { ...settings, normalisation: 0.5 });
  expect(rooted[0]).toBeCloseTo(0.25 / Math.sqrt(0.3125), 6);
});

test('ridge weights are those of kernel ridge regression', async () => {
  const own = Float32Array.of(1, 0.5, 0.5, 1);
  const weights = await ridgeWeights(Float32Array.of(0.6, 0.2), own, 2, 1, plainProduct);
  // (K + I)^-1 = [2 .5; .5 2]^-1 = [2 -.5; -.5 2] / 3.75
  expect(weights[0]).toBeCloseTo((0.6 * 2 - 0.2 * 0.5) / 3.75, 6);
  expect(weights[1]).toBeCloseTo((0.2 * 2 - 0.6 * 0.5) / 3.75, 6);
});
