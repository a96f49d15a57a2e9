import { expect, it } from 'vitest';
import { leadOf } from './lead';

it.each([
  ['ahead', 0.03, 0.049],
  ['behind', -0.03, 0.001],
  ['open', 0.03, 0.05],
  ['open', -0.2, 0.6],
] as const)('calls the default %s at a difference of %d with p %d', (lead, mean, p) => {
  expect(leadOf({ difference: { mean }, p })).toBe(lead);
});
