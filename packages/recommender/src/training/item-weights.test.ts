import { seededRandom } from '@kindling/domain';
import { expect, test } from 'vitest';
import { interactionMatrix } from './interaction-matrix.js';
import { cosineLists, easeWeights } from './item-weights.js';
import { plainProduct } from './plain-product.fixture.js';

const random = seededRandom('interactions');
const [profiles, items] = [40, 12];
const pairs = Array.from({ length: 160 }, () => ({
  profile: Math.floor(random() * profiles),
  item: Math.floor(random() * items),
  weight: 1,
}));
const matrix = interactionMatrix(pairs, profiles, items);
const has = (profile: number, item: number) =>
  pairs.some((pair) => pair.profile === profile && pair.item === item);

test('no other weights without a diagonal rebuild the profiles better than those of EASE', async () => {
  const lambda = 3;
  const weights = await easeWeights(matrix, lambda, plainProduct);
  const loss = (candidate: Float32Array) => {
    let sum = 0;
    for (let profile = 0; profile < profiles; profile++) {
      for (let item = 0; item < items; item++) {
        let rebuilt = 0;
        for (let from = 0; from < items; from++) {
          if (has(profile, from)) rebuilt += candidate[from * items + item] ?? 0;
        }
        sum += ((has(profile, item) ? 1 : 0) - rebuilt) ** 2;
      }
    }
    for (const weight of candidate) sum += lambda * weight ** 2;
    return sum;
  };
  const best = loss(weights);
  for (let item = 0; item < items; item++) expect(weights[item * items + item]).toBe(0);
  for (let at = 0; at < weights.length; at++) {
    if (at % (items + 1) === 0) continue;
    for (const step of [-0.01, 0.01]) {
      const other = Float32Array.from(weights);
      other[at] = (other[at] ?? 0) + step;
      expect(loss(other)).toBeGreaterThan(best);
    }
  }
});

test('the lists of cosines hold the strongest, as counted by hand', () => {
  const lists = cosineLists(matrix, { most: 3, shrinkage: 2 });
  for (let item = 0; item < items; item++) {
    const count = (one: number, other = one) =>
      Array.from({ length: profiles }, (_, profile) => has(profile, one) && has(profile, other)).filter(
        Boolean,
      ).length;
    const expected = Array.from({ length: items }, (_, other) => ({
      other,
      weight: count(item, other) / (Math.sqrt(count(item) * count(other)) + 2),
    }))
      .filter(({ other, weight }) => other !== item && weight > 0)
      .sort((a, b) => b.weight - a.weight || a.other - b.other)
      .slice(0, 3);
    const [from, to] = [lists.starts[item] ?? 0, lists.starts[item + 1] ?? 0];
    expect([...lists.columns.subarray(from, to)]).toEqual(expected.map(({ other }) => other));
    lists.weights.subarray(from, to).forEach((weight, at) => {
      expect(weight).toBeCloseTo(expected[at]?.weight ?? 0, 6);
    });
  }
});
