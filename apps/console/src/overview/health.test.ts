import { expect, it } from 'vitest';
import { concernsOf, type HealthFacts, isFault } from './health';

const healthy: HealthFacts = {
  behind: null,
  hasEncoder: true,
  deadLetters: 0,
  failed: 0,
  waiting: 0,
  encoded: 10,
  serving: 10,
};

it('has nothing to say of a healthy catalogue', () => {
  expect(concernsOf(healthy)).toEqual([]);
});

it('does not keep quiet about anything, and names the gravest first', () => {
  expect(
    concernsOf({
      behind: 'no connection',
      hasEncoder: false,
      deadLetters: 2,
      failed: 1,
      waiting: 3,
      encoded: 10,
      serving: 0,
    }),
  ).toEqual(['behind', 'noEncoder', 'deadLetters', 'encodingFailed', 'encoding', 'notServing']);
});

it('counts work in progress as news, not as a fault', () => {
  expect(concernsOf({ ...healthy, waiting: 5 }).filter(isFault)).toEqual([]);
});
