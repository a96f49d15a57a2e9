import { describe, expect, it } from 'vitest';
import { keyOfName } from './key-of-name';

describe('the key of a name', () => {
  it.each([
    ['Home page', 'home-page'],
    ['  Été à Paris! ', 'ete-a-paris'],
    ['首页', ''],
    ['A'.repeat(80), 'a'.repeat(63)],
  ])('of %j is %j', (name, key) => expect(keyOfName(name)).toBe(key));
});
