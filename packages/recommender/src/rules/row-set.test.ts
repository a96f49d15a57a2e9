import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RowSet } from './row-set.js';

it('counts what a plain set counts', () => {
  const rows = fc.uniqueArray(fc.nat(199));
  fc.assert(
    fc.property(rows, rows, (a, b) => {
      const [one, other] = [RowSet.of(200, a), RowSet.of(200, b)];
      expect([one.size, one.shared(other)]).toEqual([a.length, a.filter((row) => b.includes(row)).length]);
      for (let row = 0; row < 200; row++) expect(one.has(row)).toBe(a.includes(row));
    }),
  );
});
