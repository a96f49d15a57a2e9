import { expect, it } from 'vitest';
import { standingOf } from './standing';

const facts = { hidden: null, needsDecision: false, killed: false, ramp: 1 };

it.each([
  ['broken', { hidden: 'SAMPLE_RATIO_MISMATCH', needsDecision: true, killed: true }],
  ['decide', { needsDecision: true, killed: true }],
  ['killed', { killed: true, ramp: 0 }],
  ['paused', { ramp: 0 }],
  ['collecting', { hidden: 'MINIMUM_SAMPLE_NOT_REACHED' }],
  ['collecting', { hidden: 'HORIZON_NOT_REACHED' }],
  ['healthy', {}],
] as const)('says first that it is %s', (standing, known) => {
  expect(standingOf({ ...facts, ...known })).toBe(standing);
});
