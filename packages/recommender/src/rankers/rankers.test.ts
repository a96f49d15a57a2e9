import { describe, expect, it } from 'vitest';
import { easeRanker } from './ease.js';
import { encoderMeanRanker } from './encoder-mean.js';
import { itemKnnRanker } from './item-knn.js';
import { lexicalKnnRanker } from './lexical-knn.js';
import { neighbourPopularityRanker } from './neighbour-popularity.js';
import { popularityRanker } from './popularity.js';
import { randomRanker } from './random.js';
import { ridgeFactorMapRanker } from './ridge-factor-map.js';
import { scoresOf, smallData, smallItem, smallParts } from './small-data.fixture.js';

const items = [
  smallItem(0, { vector: Float32Array.of(1, 0) }),
  smallItem(1, { vector: Float32Array.of(0, 1) }),
  smallItem(2, { vector: Float32Array.of(0.8, 0.6) }),
  smallItem(3),
];
const data = smallData(items, [[0, 1], [0, 1], [0, 2], [1]]);

describe('the simple rankers', () => {
  it('random repeats itself for a seed', async () => {
    const first = scoresOf(await randomRanker.fit(data, smallParts('a')), [], [0, 1, 2]);
    expect(scoresOf(await randomRanker.fit(data, smallParts('a')), [], [0, 1, 2])).toEqual(first);
    expect(scoresOf(await randomRanker.fit(data, smallParts('b')), [], [0, 1, 2])).not.toEqual(first);
  });

  it('popularity counts the profiles, and an item without evidence scores 0', async () => {
    const fitted = await popularityRanker.fit(data, smallParts());
    expect(scoresOf(fitted, [1], [0, 1, 2, 3])).toEqual([3, 3, 1, 0]);
  });

  it('item-kNN sums the shrunk cosines of shared profiles over the history', async () => {
    const fitted = await itemKnnRanker.fit(data, smallParts());
    const wanted = 2 / (3 + 10) + 1 / (Math.sqrt(3) + 10);
    expect(scoresOf(fitted, [1, 2], [0, 3])).toEqual([expect.closeTo(wanted, 6), 0]);
  });

  it('the encoder mean is a dot product with the sum, and an item without a vector scores 0', async () => {
    const fitted = await encoderMeanRanker.fit(data, smallParts());
    expect(scoresOf(fitted, [0, 3], [0, 1, 2, 3])).toEqual([1, 0, expect.closeTo(0.8, 6), 0]);
  });
});

// Two tastes that never meet: even items along one axis, odd ones along the other; the last two have no evidence.
const axis = (index: number) => (index % 2 === 0 ? Float32Array.of(1, 0.1) : Float32Array.of(0.1, 1));
const tastes = smallData(
  Array.from({ length: 10 }, (_, index) => smallItem(index, { vector: axis(index) })),
  Array.from({ length: 24 }, (_, profile) =>
    [0, 2, 4, 6].map((item) => item + (profile % 2)).filter((_item, at) => at !== profile % 3),
  ),
);

describe('rankers that learn', () => {
  it('EASE finds the other items of a taste, and knows nothing of an item without evidence', async () => {
    const fitted = await easeRanker(1).fit(tastes, smallParts());
    const [same = 0, other = 0, cold] = scoresOf(fitted, [0, 2], [6, 7, 8]);
    expect(same).toBeGreaterThan(other + 0.1);
    expect(cold).toBe(0);
  });

  it('the ridge map finds the taste of items with and without evidence', async () => {
    const settings = { factors: 4, iterations: 10, lambda: 0.1, alpha: 10 };
    const fitted = await ridgeFactorMapRanker(0.1, settings).fit(tastes, smallParts());
    const [warmSame = 0, warmOther = 0, coldSame = 0, coldOther = 0] = scoresOf(fitted, [0, 2], [4, 5, 8, 9]);
    expect(warmSame).toBeGreaterThan(warmOther + 0.3);
    expect(coldSame).toBeGreaterThan(coldOther + 0.3);
  });

  it('a new item is as popular as the items nearest to it', async () => {
    const lopsided = smallData(tastes.items, [[0, 2], [0, 4], [2, 6], [1]]);
    const fitted = await neighbourPopularityRanker(2).fit(lopsided, smallParts());
    const [popular = 0, rare = 0] = scoresOf(fitted, [], [8, 9]);
    expect(popular).toBeGreaterThan(rare);
  });

  it('lexical kNN is the sum of tf-idf cosines, with one of an item with itself', async () => {
    const titles = ['red lamp', 'red lamp', 'blue chair', 'blue lamp'];
    const lexical = smallData(
      titles.map((title, index) => smallItem(index, { title })),
      [[0]],
    );
    const fitted = await lexicalKnnRanker.fit(lexical, smallParts());
    const [twin = 0, none = 0, half = 0] = scoresOf(fitted, [0, 0], [1, 2, 3]);
    expect(twin).toBeCloseTo(2, 5);
    expect(none).toBe(0);
    expect(half).toBeGreaterThan(0);
    expect(half).toBeLessThan(twin);
  });
});
