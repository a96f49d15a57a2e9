import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CandidatePool } from './candidate-pool.js';

it('holds each eligible row once, in the order of arrival, up to its capacity', () => {
  const arrivals = fc.array(fc.oneof(fc.nat(40), fc.nat(2 ** 31 - 1)), { maxLength: 60 });
  fc.assert(
    fc.property(arrivals, fc.integer({ min: 1, max: 30 }), (rows, capacity) => {
      const accepts = (row: number) => row % 3 !== 0;
      const pool = new CandidatePool({ accepts, excludedNumbers: [] }, capacity);
      const expected = [...new Set(rows.filter(accepts))].slice(0, capacity);
      for (const row of rows) pool.add(row);
      expect([...pool.rows]).toEqual(expected);
      for (const row of rows) {
        const place = expected.indexOf(row);
        expect(pool.indexOf(row)).toBe(place < 0 ? undefined : place);
        expect(pool.add(row)).toBe(place >= 0);
      }
    }),
  );
});
