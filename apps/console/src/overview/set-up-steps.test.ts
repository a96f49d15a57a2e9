import { expect, it } from 'vitest';
import { isDone, nextStep } from './set-up-steps';

it('teaches an empty catalogue to bring in items first', () => {
  expect(nextStep({ items: 0, encoded: 0, keys: 2, events: 0 })).toBe('items');
  expect(isDone('encoding', { items: 0, encoded: 0, keys: 0, events: 0 })).toBe(false);
});

it('is over when everything is there', () => {
  expect(nextStep({ items: 5, encoded: 5, keys: 1, events: 1 })).toBeUndefined();
});
