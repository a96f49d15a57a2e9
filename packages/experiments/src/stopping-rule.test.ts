import { describe, expect, test } from 'vitest';
import { experimentDefinitionSchema, experimentDraftSchema } from './experiment-definition.js';
import {
  clickThroughMetric,
  continuousMetric,
  conversionMetric,
  heavyTailMetric,
} from './simulated-metric.js';
import { countedUntil, horizonOf, stoppingSchema } from './stopping-rule.js';
import { type StoppingPlan, verifyStopping } from './stopping-verification.js';

const plan: Omit<StoppingPlan, 'metric' | 'rule' | 'lift' | 'seed'> = {
  ...{ runs: 1_000, days: 28, unitsPerDay: 40, minimumUnits: 200, alpha: 0.05, maximumLoss: 0.01 },
};
/** Two standard errors of a share that is 5 % over 1,000 runs. */
const samplingError = 2 * Math.sqrt((0.05 * 0.95) / plan.runs);

describe('somebody who looks every evening and does what is advised', () => {
  test.each([
    { rule: 'ALWAYS_VALID', metric: conversionMetric },
    { rule: 'ALWAYS_VALID', metric: heavyTailMetric },
    { rule: 'FIXED_HORIZON', metric: conversionMetric },
    { rule: 'FIXED_HORIZON', metric: heavyTailMetric },
    { rule: 'FIXED_HORIZON', metric: clickThroughMetric },
  ] as const)(
    'finds a $metric.name difference that is not there in at most 5 %: $rule',
    ({ rule, metric }) => {
      const found = verifyStopping({ ...plan, rule, metric, lift: 0, seed: `A/A ${rule} ${metric.name}` });
      expect(found.shipped + found.keptControl).toBeLessThanOrEqual(0.05 + samplingError);
      // there is something to be wrong about: the test can fail
      expect(found.shipped + found.keptControl).toBeGreaterThan(0);
      if (rule === 'FIXED_HORIZON') expect(found.firstDay).toBe(plan.days);
      else expect(found.firstDay).toBeLessThan(plan.days);
    },
  );

  test.each([
    { metric: continuousMetric, maximumLoss: 0.01 },
    { metric: conversionMetric, maximumLoss: 0.01 },
    { metric: conversionMetric, maximumLoss: 0.0025 },
    { metric: heavyTailMetric, maximumLoss: 0.0025 },
  ])(
    'by a Bayesian rule loses less than the $maximumLoss of a $metric.name that was accepted, where lifts are as the prior expects them',
    ({ metric, maximumLoss }) => {
      const found = verifyStopping({
        ...{ ...plan, rule: 'BAYESIAN', metric, maximumLoss, lift: null },
        seed: `prior ${metric.name} ${maximumLoss}`,
      });
      expect(found.meanLoss).toBeLessThan(maximumLoss);
      expect(found.meanLoss).toBeGreaterThan(0);
      expect(found.shipped + found.keptControl).toBeGreaterThan(0.4);
    },
  );

  test('by a Bayesian rule ships what has no lift more often than alpha: it bounds the loss, not the false alarms', () => {
    const found = verifyStopping({
      ...plan,
      rule: 'BAYESIAN',
      metric: continuousMetric,
      lift: 0,
      seed: 'A/A',
    });
    expect(found.shipped).toBeGreaterThan(0.05 + samplingError);
    expect(found.meanLoss).toBe(0);
  });
});

describe('a fixed horizon', () => {
  const planned = { stopping: stoppingSchema.parse({ rule: 'FIXED_HORIZON' }), plan: { days: 2 } };
  const [startedAt, at, later] = ['2026-12-01', '2026-12-03', '2026-12-05'].map((day) => new Date(day)) as [
    Date,
    Date,
    Date,
  ];
  const before = new Date(at.getTime() - 1);

  test('is reached when everything until the planned end is counted, and missed by a stop before it', () => {
    const state = (stoppedAt: Date | null, asOf: Date | null) =>
      horizonOf(planned, { startedAt, stoppedAt, asOf })?.state;
    expect(state(null, null)).toBe('AHEAD');
    expect(state(null, before)).toBe('AHEAD');
    expect(state(null, at)).toBe('REACHED');
    expect(state(later, later)).toBe('REACHED');
    expect(state(before, later)).toBe('MISSED');
    const anytime = { ...planned, stopping: stoppingSchema.parse({}) };
    expect(horizonOf(anytime, { startedAt, stoppedAt: null, asOf: null })).toBeNull();
  });

  test('ends what counts, unless a stop came before', () => {
    expect(countedUntil(planned, startedAt, null)).toEqual(at);
    expect(countedUntil(planned, startedAt, later)).toEqual(at);
    expect(countedUntil(planned, startedAt, before)).toEqual(before);
    expect(countedUntil({ ...planned, stopping: stoppingSchema.parse({}) }, startedAt, null)).toBeNull();
  });
});

test('what a kind cannot keep, and a loss out of range, are refused by name', () => {
  const issuesOf = (fields: object, schema: typeof experimentDraftSchema = experimentDefinitionSchema) => {
    const parsed = schema.safeParse({
      ...{ name: 'Test', hypothesis: 'More clicks', placements: ['home'], primaryMetric: 'clicks' },
      variants: ['a', 'b'].map((key) => ({ key, name: key, strategyKey: key })),
      ...fields,
    });
    return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join('.'));
  };
  expect(issuesOf({ stopping: { rule: 'BAYESIAN', maximumLoss: 0.001 } })).toEqual([]);
  expect(issuesOf({ stopping: { maximumLoss: 0 } })).toEqual(['stopping.maximumLoss']);
  expect(issuesOf({ stopping: { rule: 'WHEN_IT_SUITS' } })).toEqual(['stopping.rule']);
  expect(issuesOf({ kind: 'BANDIT', stopping: { rule: 'FIXED_HORIZON' } })).toEqual(['stopping.rule']);
  expect(issuesOf({ kind: 'INTERLEAVING', stopping: { rule: 'BAYESIAN' } })).toEqual(['stopping.rule']);
  expect(issuesOf({ kind: 'INTERLEAVING', stopping: { rule: 'FIXED_HORIZON' } })).toEqual([]);
  const guarded = { kind: 'BANDIT', guardrails: [{ metric: 'rejections', margin: 0.1 }] };
  expect(issuesOf(guarded)).toEqual([]);
  expect(issuesOf(guarded, experimentDraftSchema)).toEqual(['guardrails']);
  const more = { kind: 'BANDIT', secondaryMetrics: ['revenue'] };
  expect(issuesOf(more, experimentDraftSchema)).toEqual(['secondaryMetrics']);
  expect(issuesOf({ ...guarded, ...more, kind: 'AB' }, experimentDraftSchema)).toEqual([]);
});
