import { describe, expect, it } from 'vitest';
import { VectorCache } from './vector-cache.js';

const vector = (value: number) => Float32Array.of(value, value);

describe('VectorCache', () => {
  it('forgets the least recently used vector first and never holds more bytes than it may', () => {
    const cache = new VectorCache(2 * (8 + 256));
    cache.set('a', vector(1));
    cache.set('b', vector(2));
    expect(cache.get('a')).toEqual(vector(1));
    cache.set('c', vector(3));
    expect(cache.get('b')).toBeUndefined();
    expect(cache.get('a')).toEqual(vector(1));
    expect(cache.bytes).toBe(2 * (8 + 256));
  });

  it('counts a replaced vector once', () => {
    const cache = new VectorCache(10_000);
    cache.set('a', vector(1));
    cache.set('a', vector(2));
    expect(cache.bytes).toBe(8 + 256);
    expect(cache.get('a')).toEqual(vector(2));
  });

  it('is not changed by what callers do to the vectors they gave or got', () => {
    const cache = new VectorCache(10_000);
    const given = vector(1);
    cache.set('a', given);
    given[0] = 9;
    cache.get('a')?.fill(9);
    expect(cache.get('a')).toEqual(vector(1));
  });

  it('keeps nothing when it has no bytes', () => {
    const cache = new VectorCache(0);
    cache.set('a', vector(1));
    expect(cache.get('a')).toBeUndefined();
  });
});
