import { seededRandom } from '@kindling/domain';
import { describe, expect, it } from 'vitest';
import { interactionMatrix } from './interaction-matrix.js';
import { type ItemToItem, itemToItem } from './item-to-item.js';
import { easeWeights } from './item-weights.js';
import { plainProduct } from './plain-product.fixture.js';

const random = seededRandom('item to item');
const [profiles, items] = [25, 40];
const pairs = Array.from({ length: 300 }, () => ({
  profile: Math.floor(random() * profiles),
  item: Math.floor(random() * items),
  weight: 0.5 + random(),
}));
const interactions = interactionMatrix(pairs, profiles, items);

const rowOf = (weights: ItemToItem, item: number) => {
  const row = new Float32Array(items);
  weights.addRow(item, 2, row);
  return [...row];
};

describe('item-to-item weights', () => {
  it('are those of EASE, also when they are worked out by profiles', async () => {
    const wanted = await easeWeights(interactions, 3, plainProduct);
    const byItems = await itemToItem(interactions, 3, plainProduct, items);
    const byProfiles = await itemToItem(interactions, 3, plainProduct, profiles);
    for (const item of [0, 7, 39]) {
      const row = [...wanted.subarray(item * items, (item + 1) * items)];
      const doubled = row.map((value) => expect.closeTo(2 * value, 4));
      expect(rowOf(byItems, item)).toEqual(doubled);
      expect(rowOf(byProfiles, item)).toEqual(doubled);
    }
  });

  it('fall back to co-occurrence where neither side fits', async () => {
    const lists = await itemToItem(interactions, 3, plainProduct, 10);
    const row = rowOf(lists, 0);
    expect(row[0]).toBe(0);
    expect(Math.max(...row)).toBeGreaterThan(0);
    expect(Math.min(...row)).toBeGreaterThanOrEqual(0);
  });
});
