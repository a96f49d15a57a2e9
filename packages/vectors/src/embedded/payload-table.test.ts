import { type FilterPayload, type ItemFilter, matchesFilter } from '@kindling/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PayloadTable } from './payload-table.js';

const scalar = fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 5 }), fc.boolean());
const payload = fc.dictionary(
  fc.constantFrom('tags', 'price', 'status', 'rare'),
  fc.oneof(scalar, fc.constant(null), fc.array(scalar, { maxLength: 3 })),
  { noNullPrototype: true },
) as fc.Arbitrary<FilterPayload>;
const conditions: readonly ItemFilter[] = [
  ...['tags', 'price', 'status', 'rare'].flatMap((field) => [
    { field, in: ['a', 1, true] },
    { field, range: { gte: 1, lt: 4 } },
  ]),
  {
    not: {
      any: [
        { field: 'tags', in: ['b'] },
        { field: 'price', range: {} },
      ],
    },
  },
];

/** A table that is filled and emptied as a shard does it: a removed row's place is taken by the last. */
class Model {
  readonly table = new PayloadTable();
  readonly rows: FilterPayload[] = [];

  set(row: number, one: FilterPayload) {
    this.rows[row] = one;
    this.table.set(row, one, this.rows.length);
  }
  remove(row: number) {
    const last = this.rows.length - 1;
    this.table.clear(row);
    if (row !== last) this.table.move(last, row, last);
    this.table.truncate(last);
    this.rows[row] = this.rows[last] ?? {};
    this.rows.length = last;
  }
  check() {
    for (const condition of conditions) {
      expect([...this.table.mask(condition, this.rows.length)]).toEqual(
        this.rows.map((one) => (matchesFilter(one, condition) ? 1 : 0)),
      );
    }
  }
}

describe('PayloadTable', () => {
  it('agrees with the reference filter after any sequence of changes', () => {
    const step = fc.record({ remove: fc.boolean(), at: fc.nat(60), payload });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const model = new Model();
        for (const { remove, at, payload: one } of steps) {
          if (remove && model.rows.length > 0) model.remove(at % model.rows.length);
          else model.set(Math.min(at, model.rows.length), one);
        }
        model.check();
      }),
      { numRuns: 150 },
    );
  });

  it('stays small while values change for ever: codes and lists are used again', () => {
    const model = new Model();
    const change = (round: number) => {
      for (let row = 0; row < 200; row++) {
        model.set(row, { price: round * 1_000 + row, tags: [`a${round}`, `b${row}`, `c${round + row}`] });
      }
    };
    change(0);
    change(1);
    const early = model.table.bytes;
    for (let round = 2; round < 60; round++) change(round);
    expect(model.table.bytes).toBeLessThan(early * 2);
    expect(model.table.mask({ field: 'price', range: { gte: 59_000 } }, 200).every((one) => one === 1)).toBe(
      true,
    );
    expect(model.table.mask({ field: 'price', range: { lt: 59_000 } }, 200).some((one) => one === 1)).toBe(
      false,
    );
  });

  it('pays for thousands of rare fields by their entries, not by a column of all rows each', () => {
    const model = new Model();
    for (let row = 0; row < 20_000; row++)
      model.set(row, { [`field-${row % 5_000}`]: row, status: 'ACTIVE' });
    expect(model.table.bytes).toBeLessThan(20_000 * 500);
    expect(
      model.table.mask({ field: 'field-77', range: {} }, 20_000).filter((one) => one === 1),
    ).toHaveLength(4);
  });
});
