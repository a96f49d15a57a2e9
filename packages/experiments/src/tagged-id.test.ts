import { expect, test } from 'vitest';
import { experimentTag, taggedId } from './tagged-id.js';

test('the id of a list says which experiment it belongs to and in which minute it was made, and is a UUID', () => {
  const at = new Date('2026-11-24T12:34:56Z');
  const id = taggedId('0b1f6c7e-54a1-4c3d-9f00-1234567890ab', experimentTag('shop', 'home-test', 2), at);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(id.slice(0, 8)).toBe(experimentTag('shop', 'home-test', 2));
  const minute = Number.parseInt(id.slice(9, 13) + id.slice(15, 18), 16);
  expect(minute).toBe(Math.floor(at.getTime() / 60_000));
  expect(id.slice(19)).toBe('9f00-1234567890ab');
});

test('versions and catalogues have tags of their own', () => {
  const tags = ['a', 'b'].flatMap((shop) => [1, 2, 3].map((version) => experimentTag(shop, 'x', version)));
  expect(new Set(tags).size).toBe(6);
});
