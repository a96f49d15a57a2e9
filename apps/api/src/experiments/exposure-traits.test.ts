import { expect, test } from 'vitest';
import { categoryOf, deviceOf } from './exposure-traits.js';

test('a device is one of a few words, whatever a caller sends', () => {
  expect([deviceOf(null), deviceOf(' Mobile '), deviceOf('x'.repeat(90))]).toEqual([
    'unknown',
    'mobile',
    'other',
  ]);
});

test('the category of a list is the first that it was asked for', () => {
  expect(categoryOf(undefined)).toBe('');
  const price = { field: 'price', range: { gte: 1 } } as const;
  expect(categoryOf({ all: [price, { field: 'categories', in: ['Drama', 'Comedy'] }] })).toBe('Drama');
  expect(categoryOf({ not: { field: 'categories', in: ['Drama'] } })).toBe('');
});
