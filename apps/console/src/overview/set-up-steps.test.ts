import { expect, it } from 'vitest';
import { isDone, nextStep } from './set-up-steps';

const nothing = { items: 0, encoded: 0, keys: 0, events: 0, rules: 0, experiments: 0 };
const serving = { items: 5, encoded: 5, keys: 1, events: 1, rules: 0, experiments: 0 };

it('teaches an empty catalogue to bring in items first', () => {
  expect(nextStep({ ...nothing, keys: 2 })).toBe('items');
  expect(isDone('encoding', nothing)).toBe(false);
});

it('goes on to steering and comparing once lists are served', () => {
  expect(nextStep(serving)).toBe('rule');
  expect(nextStep({ ...serving, rules: 1 })).toBe('experiment');
});

it('is over when everything is there', () => {
  expect(nextStep({ ...serving, rules: 1, experiments: 1 })).toBeUndefined();
});
