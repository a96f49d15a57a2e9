import { describe, expect, it } from 'vitest';
import { hasMessage } from '../../explain/message.js';
import { gateText } from './gate-text.js';
import { populationCaveats, populationResultSchema } from './population-result.js';
import { gateProblemCodes, type JudgedDiff, judgePublication, publishLimitsSchema } from './publish-gate.js';

const now = new Date('2026-11-24T12:00:00Z');
const nothing = { slots: 0, items: 0, top: [] };
const clickRate = {
  lists: 100,
  slots: 1_000,
  observed: null,
  inversePropensity: null,
  selfNormalised: null,
  doublyRobust: { mean: 0.05, low: 0.03, high: 0.07 },
  effectiveSlots: 800,
  meanWeight: 1,
  largestWeight: 1,
  agreement: 1,
  warnings: [],
};
const result = populationResultSchema.parse({
  groups: [],
  lists: 100,
  changed: 30,
  meanRankMove: 1,
  displaced: nothing,
  entering: nothing,
  newItemExposure: { before: 0.2, after: 0.1 },
  coverage: { before: 0.2, after: 0.2 },
  clickRate,
  caveats: [],
  durationMs: 1,
});
const diff: JudgedDiff = { result, isOfDraft: true, isOfLive: true, at: now };
const codes = (limits: object, judged: JudgedDiff | null = diff) =>
  judgePublication(publishLimitsSchema.parse(limits), judged, now).map(({ code }) => code);
const strict = { mostListsChanged: 0.2, leastNewItemExposure: 0.15, leastClickRate: 0.04 };

describe('the publish gate', () => {
  it('asks for no diff where there is no limit', () => expect(codes({}, null)).toEqual([]));

  it('names every limit that is overstepped, and none that is kept', () => {
    expect(codes(strict)).toEqual(['LISTS_CHANGED', 'NEW_ITEM_EXPOSURE', 'CLICK_RATE']);
    expect(codes({ mostListsChanged: 0.3, leastNewItemExposure: 0.1, leastClickRate: 0.03 })).toEqual([]);
  });

  it.each([
    ['NO_DIFF', null],
    ['DIFF_UNFINISHED', { ...diff, result: null }],
    ['DRAFT_CHANGED', { ...diff, isOfDraft: false }],
    ['LIVE_CHANGED', { ...diff, isOfLive: false }],
    ['DIFF_OLD', { ...diff, at: new Date('2026-11-10T00:00:00Z') }],
  ] as const)('takes no diff for one that is missing or stale: %s', (code, judged) => {
    expect(codes({ mostListsChanged: 1 }, judged)).toEqual([code]);
  });

  it('does not take a click rate that nobody could estimate for a good one', () => {
    const unknown = { ...diff, result: { ...result, clickRate: { ...clickRate, doublyRobust: null } } };
    expect(codes({ leastClickRate: 0 }, unknown)).toEqual(['CLICK_RATE_UNKNOWN']);
  });

  it('says what was measured and what the limit is', () => {
    const [first] = judgePublication(publishLimitsSchema.parse(strict), diff, now);
    expect(first && gateText(first, 'en')).toBe('It changes 30 % of the lists; the limit is 20 %');
  });

  it('has a sentence for every problem and caveat', () => {
    for (const code of gateProblemCodes) expect([code, hasMessage(`gate.${code}`)]).toEqual([code, true]);
    for (const code of populationCaveats)
      expect([code, hasMessage(`population.${code}`)]).toEqual([code, true]);
  });
});
