import { describe, expect, it } from 'vitest';
import { eventRules, eventSchema, ratingEvidence, settleTime } from './event.js';

const now = new Date('2026-01-01T12:00:00Z');
const later = (ms: number) => new Date(now.getTime() + ms);

describe('the time of an event', () => {
  it('is that of receipt when the caller tells none', () => {
    expect(settleTime(null, now)).toEqual({ occurredAt: now });
  });

  it('is kept when it lies in the past', () => {
    expect(settleTime(later(-86_400_000), now)).toEqual({ occurredAt: later(-86_400_000) });
  });

  it('is set back to receipt when a clock runs a little ahead', () => {
    expect(settleTime(later(eventRules.maximumAheadMs), now)).toEqual({ occurredAt: now });
  });

  it('is refused when it lies further ahead, or too far back to matter', () => {
    expect(settleTime(later(eventRules.maximumAheadMs + 1), now)).toMatchObject({ refused: 'IN_THE_FUTURE' });
    expect(settleTime(later(-(eventRules.maximumAgeDays * 86_400_000 + 1)), now)).toMatchObject({
      refused: 'TOO_OLD',
    });
  });
});

describe('an event', () => {
  const refusal = (row: Record<string, unknown>) =>
    eventSchema.safeParse({ id: 'e', type: 'VIEW', profileId: 'p', itemId: 'i', ...row }).error?.issues[0]
      ?.path[0];

  it.each([
    ['profileId', { profileId: null }],
    ['itemId', { itemId: null }],
    ['query', { type: 'SEARCH', itemId: null, query: ' ' }],
    ['value', { type: 'RATING', value: 6 }],
    ['type', { type: 'SNEEZE' }],
    ['attributes', { attributes: { big: 'x'.repeat(eventRules.attributesBytes) } }],
  ])('that lacks or spoils %s is refused by that name', (field, row) => {
    expect(refusal(row)).toBe(field);
  });

  it('may come from a session alone', () => {
    expect(refusal({ profileId: null, sessionId: 's' })).toBeUndefined();
  });
});

it('a rating of three says nothing; four and five like, one and two dislike', () => {
  expect([1, 2, 3, 4, 5].map(ratingEvidence)).toEqual([-1, -0.5, 0, 0.5, 1]);
});
