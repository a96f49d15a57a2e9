import { describe, expect, it } from 'vitest';
import { liftOf, readingOf, verdictOf } from './metric-verdict';
import type { Lift } from './use-experiments';

const lift = (fields: Partial<Lift> = {}): Lift => ({
  test: 'SEQUENTIAL',
  adjustment: 'CUPED',
  estimate: 0.1,
  low: 0.02,
  high: 0.18,
  p: 0.01,
  chanceToWin: null,
  expectedLoss: null,
  lossOfKeeping: null,
  ...fields,
});
const comparison = {
  variant: 'b',
  problem: null,
  adjustedP: 0.01,
  significant: true,
  guardrail: null,
  decisive: lift(),
  others: [lift({ test: 'FIXED', adjustment: 'NONE' }), lift({ test: 'FIXED', low: 0.05 })],
};

describe('the lift that is shown', () => {
  it('is the decisive one, or the chosen reading of the same adjustment', () => {
    expect(liftOf(comparison, 'sequential')).toBe(comparison.decisive);
    expect(liftOf(comparison, 'fixed')?.low).toBe(0.05);
    expect(liftOf(comparison, 'bayesian')).toBeNull();
    expect(liftOf({ ...comparison, decisive: null }, 'fixed')).toBeNull();
  });

  it('is the always-valid one beside another rule, and the rule says which one decides', () => {
    const fixed = lift({ test: 'FIXED', low: 0.04 });
    const once = { ...comparison, decisive: fixed, others: [lift({ low: 0.01 })] };
    expect(liftOf(once, 'fixed')).toBe(fixed);
    expect(liftOf(once, 'sequential')?.low).toBe(0.01);
    const rules = [undefined, 'ALWAYS_VALID', 'FIXED_HORIZON', 'BAYESIAN'] as const;
    expect(rules.map(readingOf)).toEqual(['sequential', 'sequential', 'fixed', 'bayesian']);
  });
});

describe('the verdict', () => {
  const primary = { role: 'PRIMARY', metric: { better: 'HIGHER' } } as const;

  it('goes by the direction that is better for the metric', () => {
    expect(verdictOf(primary, comparison)).toBe('better');
    expect(verdictOf({ ...primary, metric: { better: 'LOWER' } }, comparison)).toBe('worse');
    expect(verdictOf(primary, { ...comparison, decisive: lift({ estimate: -0.1 }) })).toBe('worse');
  });

  it('is open without significance, however large the estimate, and says when nothing can be read', () => {
    expect(verdictOf(primary, { ...comparison, significant: false })).toBe('open');
    expect(verdictOf(primary, { ...comparison, decisive: null })).toBe('unreadable');
  });

  it.each([
    ['SAFE', 'safe'],
    ['HARMED', 'harmed'],
    ['UNDECIDED', 'watch'],
  ] as const)('of a guardrail is its own: %s', (guardrail, verdict) => {
    expect(verdictOf({ ...primary, role: 'GUARDRAIL' }, { ...comparison, guardrail })).toBe(verdict);
  });
});
