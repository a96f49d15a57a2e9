import { describe, expect, it } from 'vitest';
import { attributePayload, matchesFilter } from './filter.js';

const payload = { categories: ['Comedy', 'Drama'], price: 12, status: 'ACTIVE', currency: null };

describe('a filter', () => {
  it('matches a list when any of its values does', () => {
    expect(matchesFilter(payload, { field: 'categories', in: ['Drama', 'Western'] })).toBe(true);
    expect(matchesFilter(payload, { field: 'categories', in: ['Western'] })).toBe(false);
  });

  it('reads a missing field as false, and its negation as true', () => {
    expect(matchesFilter(payload, { field: 'currency', in: ['EUR'] })).toBe(false);
    expect(matchesFilter(payload, { not: { field: 'currency', in: ['EUR'] } })).toBe(true);
  });

  it('keeps the edges of a range as they are told', () => {
    const inRange = (range: object) => matchesFilter(payload, { field: 'price', range });
    expect([inRange({ gte: 12 }), inRange({ gt: 12 }), inRange({ lte: 12 }), inRange({ lt: 12 })]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it('holds for all of no conditions, and for any of none does not', () => {
    expect(matchesFilter(payload, { all: [] })).toBe(true);
    expect(matchesFilter(payload, { any: [] })).toBe(false);
  });

  it('is not over an attribute that is a vector', () => {
    const image = Array.from({ length: 16 }, (_, at) => at);
    expect(attributePayload({ image, sizes: [38, 40], look: [...image, 'x'] })).toEqual({
      'attributes.sizes': [38, 40],
      'attributes.look': [...image, 'x'],
    });
  });
});
