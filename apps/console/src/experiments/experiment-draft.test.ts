import { expect, it } from 'vitest';
import { draftOf, emptyDraft, inputOf, keyOf, ofKind } from './experiment-draft';
import type { Experiment } from './use-experiments';

const plain = { rulesOff: [], rulesOn: [], size: null, fallback: null, flow: null };
const special = { rulesOff: ['a'], rulesOn: ['b'], size: 5, fallback: ['cold-start'], flow: 'short' };
const experiment: Experiment = {
  key: 'newest-first',
  version: 3,
  status: 'RUNNING',
  kind: 'AB',
  bandit: { floor: 0.1, everyMinutes: 30 },
  onboardingFlow: 'welcome',
  name: 'Newest first',
  hypothesis: 'People come for what is new',
  unit: 'PROFILE',
  placements: ['home'],
  holdoutShare: 0.05,
  coldness: ['COLD'],
  segments: ['paying'],
  primaryMetric: 'list-clicks',
  secondaryMetrics: ['clicks'],
  alpha: 0.05,
  minimumUnitsPerArm: 200,
  stratifyBy: 'device',
  ramp: 1,
  killed: false,
  createdBy: null,
  createdAt: '2026-11-24T00:00:00Z',
  startedAt: null,
  stoppedAt: null,
  stopReason: null,
  layer: { key: 'home', from: 0, to: 0.5 },
  variants: [
    { key: 'control', name: 'As it is', strategyKey: 'cold-start', strategyVersion: 1, weight: 1, ...plain },
    { key: 'newest', name: 'Newest', strategyKey: 'new-arrivals', strategyVersion: 2, weight: 3, ...special },
  ],
  guardrails: [{ metric: 'rejections', margin: 0.07 }],
  plan: { lift: 0.035, power: 0.8, unitsPerArm: 900, days: 21 },
  stopping: { rule: 'BAYESIAN', maximumLoss: 0.0035 },
  decision: null,
  results: null,
};

it('goes from an experiment to its next version without losing or bending a number', () => {
  expect(inputOf(draftOf(experiment))).toEqual({
    key: 'newest-first',
    expectedVersion: 3,
    name: 'Newest first',
    hypothesis: 'People come for what is new',
    placements: ['home'],
    kind: 'AB',
    bandit: { floor: 0.1, everyMinutes: 30 },
    onboardingFlow: 'welcome',
    variants: [
      { key: 'control', name: 'As it is', strategyKey: 'cold-start', weight: 1, ...plain },
      { key: 'newest', name: 'Newest', strategyKey: 'new-arrivals', weight: 3, ...special },
    ],
    primaryMetric: 'list-clicks',
    secondaryMetrics: ['clicks'],
    guardrails: [{ metric: 'rejections', margin: 0.07 }],
    plan: { lift: 0.035, power: 0.8, days: 21, unitsPerArm: 900 },
    stopping: { rule: 'BAYESIAN', maximumLoss: 0.0035 },
    minimumUnitsPerArm: 200,
    alpha: 0.05,
    holdoutShare: 0.05,
    coldness: ['COLD'],
    segments: ['paying'],
    unit: 'PROFILE',
    stratifyBy: 'device',
    layer: { key: 'home', from: 0, to: 0.5 },
  });
});

it('makes the key from the name where none is given', () => {
  const draft = { ...emptyDraft('As it is', 'New'), name: ' Été: Newest first! ' };
  expect(inputOf(draft).key).toBe('ete-newest-first');
  expect(keyOf('最新优先')).toBe('');
});

it('never measures the primary metric a second time', () => {
  const draft = { ...emptyDraft('a', 'b'), primaryMetric: 'clicks', secondaryMetrics: ['clicks', 'revenue'] };
  expect(inputOf(draft).secondaryMetrics).toEqual(['revenue']);
});

it('of interleaving has two arms and one measure, and back from it everything that a comparison needs', () => {
  const draft = draftOf({ ...experiment, variants: [...experiment.variants, ...experiment.variants] });
  const drafted = ofKind(draft, 'INTERLEAVING');
  expect(inputOf(drafted)).toMatchObject({
    kind: 'INTERLEAVING',
    primaryMetric: 'win-share',
    secondaryMetrics: [],
    guardrails: [],
    onboardingFlow: null,
    stopping: { rule: 'ALWAYS_VALID' },
  });
  expect(inputOf(drafted).variants.map(({ key, flow }) => [key, flow])).toEqual([
    ['control', null],
    ['newest', null],
  ]);
  expect(ofKind(drafted, 'BANDIT')).toMatchObject({ kind: 'BANDIT', primaryMetric: 'list-clicks' });
  const bandit = ofKind(draft, 'BANDIT');
  expect(bandit).toEqual({ ...draft, kind: 'BANDIT', stoppingRule: 'ALWAYS_VALID' });
  expect(inputOf(bandit)).toMatchObject({ stopping: null, secondaryMetrics: [], guardrails: [] });
});
