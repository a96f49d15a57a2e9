import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DenseNumbers, HashedNumbers } from './number-map.js';

it.each([
  ['an array', () => new DenseNumbers(), fc.integer({ min: 0, max: 2_000 })],
  ['a hash table', () => new HashedNumbers(), fc.oneof(fc.integer({ min: 0, max: 40 }), fc.maxSafeNat())],
] as const)('holds what a Map would hold, as %s', (_, create, keys) => {
  const operation = fc.record({ key: keys, value: fc.option(fc.double({ noNaN: true })) });
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 300 }), (operations) => {
      const [map, truth] = [create(), new Map<number, number>()];
      for (const { key, value } of operations) {
        if (value === null) expect(map.delete(key)).toBe(truth.delete(key));
        else {
          map.set(key, value);
          truth.set(key, value);
        }
      }
      expect(map.size).toBe(truth.size);
      expect(new Map(map.entries())).toEqual(truth);
      for (const { key } of operations) expect(map.get(key)).toBe(truth.get(key));
    }),
  );
});
