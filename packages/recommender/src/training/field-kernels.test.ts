import { describe, expect, it } from 'vitest';
import { smallItem } from '../rankers/small-data.fixture.js';
import { fieldKernels } from './field-kernels.js';
import { plainProduct } from './plain-product.fixture.js';

/** Two looks, as a picture's encoder tells them, on items that say nothing else in common. */
const look = (kind: number, at: number) =>
  Array.from({ length: 16 }, (_, axis) => (axis === kind ? 1 : 0) + 0.01 * ((axis * 7 + at) % 5));
const items = Array.from({ length: 6 }, (_, at) =>
  smallItem(at, { title: `word${at}`, attributes: { look: look(at % 2, at), sizes: [at, at + 1] } }),
);
const kernelOf = (name: string) => fieldKernels(items, plainProduct).find((kernel) => kernel.name === name);

describe('the kernels of a catalogue', () => {
  it('have two for a vector that items bring of their own, by which those that look alike are alike', async () => {
    for (const name of ['attributes.look', 'attributes.lookWhitened']) {
      const between = await kernelOf(name)?.between(Int32Array.of(0), Int32Array.of(0, 1, 2));
      const [self, other, alike] = between ?? [];
      expect(self).toBeCloseTo(1, 3);
      expect(alike).toBeGreaterThan(0.5);
      expect(other).toBeLessThan(0.1);
    }
  });

  it('do not take a list of sizes for a vector, nor a vector for words', () => {
    const names = fieldKernels(items, plainProduct).map(({ name }) => name);
    expect(names).toContain('attributes.sizes');
    expect(names.filter((name) => name.startsWith('attributes.look'))).toHaveLength(2);
    expect(names).not.toContain('attributes.sizesWhitened');
  });

  it('pass over vectors of another length than most', async () => {
    const odd = items.map((item, at) =>
      at === 5 ? { ...item, attributes: { look: Array.from({ length: 20 }, () => 1) } } : item,
    );
    const kernel = fieldKernels(odd, plainProduct).find(({ name }) => name === 'attributes.look');
    expect([...((await kernel?.between(Int32Array.of(5), Int32Array.of(0, 1, 5))) ?? [])]).toEqual([0, 0, 0]);
  });
});
