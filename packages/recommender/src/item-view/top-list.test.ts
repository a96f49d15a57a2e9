import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TopList } from './top-list.js';

it('holds the largest values in the order of a full sort, whatever rises, sinks or leaves', () => {
  const operation = fc.record({
    key: fc.integer({ min: 0, max: 30 }),
    value: fc.option(fc.integer({ min: 0, max: 9 })),
    read: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
      const list = new TopList(6);
      const truth = new Map<number, number>();
      for (const { key, value, read } of operations) {
        if (value === null) {
          list.delete(key);
          truth.delete(key);
        } else {
          list.set(key, value);
          truth.set(key, value);
        }
        if (!read) continue;
        const sorted = [...truth].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([one]) => one);
        expect(list.order.length).toBeGreaterThanOrEqual(Math.min(3, truth.size));
        expect(list.order).toEqual(sorted.slice(0, list.order.length));
        expect(list.total).toBe([...truth.values()].reduce((sum, one) => sum + one, 0));
      }
    }),
    { numRuns: 500 },
  );
});
