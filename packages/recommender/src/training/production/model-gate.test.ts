import { expect, it } from 'vitest';
import { judgeGate } from './model-gate.js';

const held = { metric: 'ndcg@20', activeModelId: 'old' };
const rules = { margin: 0.01, leastPeople: 30 };
const items = (low: number, people = 100) => ({
  slice: 'COLD_ITEMS' as const,
  people,
  difference: { mean: low + 0.01, low, high: low + 0.02 },
});
const users = (low: number, people = 100) => ({ ...items(low, people), slice: 'COLD_USERS' as const });

it('passes a model that is worse by no more than the margin on every cold slice, with its interval', () => {
  expect(judgeGate([items(-0.01), users(0.02)], held, rules)).toEqual({
    verdict: 'PASSED',
    margin: 0.01,
    leastPeople: 30,
    ...held,
    slices: [
      { ...items(-0.01), verdict: 'PASSED' },
      { ...users(0.02), verdict: 'PASSED' },
    ],
  });
});

it('fails a model that may be worse by more on one slice, however much better it is on the other', () => {
  expect(judgeGate([items(0.3), users(-0.011)], held, rules).verdict).toBe('FAILED');
  expect(judgeGate([items(0.3, 5), users(-0.011)], held, rules).verdict).toBe('FAILED');
});

it('does not decide by a handful of people, nor where nobody could be judged', () => {
  expect(judgeGate([items(0.3, 29), users(0.3)], held, rules).verdict).toBe('UNDECIDED');
  const nobody = { slice: 'COLD_USERS' as const, people: 0, difference: null };
  expect(judgeGate([items(0.3), nobody], held, rules).verdict).toBe('UNDECIDED');
  expect(judgeGate([], held, rules).verdict).toBe('UNDECIDED');
});
