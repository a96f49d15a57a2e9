import { expect, it } from 'vitest';
import { attentionOf, byUrgency } from './attention';

const going = { key: 'a', hidden: null, needsDecision: false, status: 'RUNNING' as const, advice: [] };
const harmed = {
  ...going,
  key: 'harmed',
  needsDecision: true,
  advice: [
    {
      variant: 'b',
      advice: 'ROLL_BACK' as const,
      sentence: '',
      reasons: [{ code: 'GUARDRAIL_HARMED', sentence: '' }],
    },
  ],
};
const broken = { ...harmed, key: 'broken', hidden: 'SAMPLE_RATIO_MISMATCH' as const };
const stopped = { ...going, key: 'stopped', needsDecision: true, status: 'STOPPED' as const };
const collecting = { ...going, key: 'collecting', hidden: 'MINIMUM_SAMPLE_NOT_REACHED' as const };

it('puts what is broken before what harms, before a decision, before results to be read', () => {
  const waiting = byUrgency([going, stopped, collecting, harmed, broken]);
  expect(waiting.map(({ experiment, attention }) => [experiment.key, attention])).toEqual([
    ['broken', 'broken'],
    ['harmed', 'harmed'],
    ['stopped', 'decide'],
    ['a', 'readable'],
  ]);
});

it('leaves alone what still collects', () => {
  expect(attentionOf(collecting)).toBeNull();
});
