import { expect, it } from 'vitest';
import { clausesOf, filterOf } from './filter-clauses';

it.each([
  [undefined],
  [{ field: 'categories', in: ['Drama', '1984'] }],
  [{ not: { field: 'tags', in: ['old'] } }],
  [{ field: 'price', range: { gte: 3 } }],
  [{ all: [{ field: 'attributes.year', in: [1984, true] }, { not: { field: 'tags', in: ['b'] } }] }],
  [
    {
      any: [
        { field: 'price', range: { lt: 1 } },
        { field: 'tags', in: ['b'] },
      ],
    },
  ],
])('gives back the filter that it shows as rows: %j', (filter) => {
  const clauses = clausesOf(filter);
  expect(clauses && filterOf(clauses)).toEqual(filter);
});

it('shows two bounds of a field as two rows of which both hold', () => {
  expect(clausesOf({ field: 'price', range: { gte: 1, lt: 5 } })).toEqual({
    joinedBy: 'all',
    clauses: [
      { field: 'price', operator: 'gte', values: ['1'] },
      { field: 'price', operator: 'lt', values: ['5'] },
    ],
  });
});

it.each([
  [{ all: [{ any: [{ field: 'tags', in: ['a'] }] }] }],
  [{ not: { all: [] } }],
  [{ any: [{ field: 'price', range: { gte: 1, lt: 5 } }] }],
  [{ fields: 'tags' }],
])('leaves to JSON what rows cannot show: %j', (filter) => {
  expect(clausesOf(filter)).toBe(null);
});
