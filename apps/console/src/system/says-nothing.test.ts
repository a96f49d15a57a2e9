import { expect, it } from 'vitest';
import { saysNothing } from './says-nothing';

it.each([null, undefined, [], {}])('leaves %j out of the audit log', (value) => {
  expect(saysNothing(value)).toBe(true);
});

it.each([false, 0, '', ['a'], { a: null }])('shows %j in the audit log', (value) => {
  expect(saysNothing(value)).toBe(false);
});
