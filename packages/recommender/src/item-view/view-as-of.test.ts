import { catalogueId, defaultEventWeights, itemId, itemNumber, itemSchema } from '@kindling/domain';
import { describe, expect, it } from 'vitest';
import type { DayCount } from '../ports.js';
import { createItemView } from './item-view.js';
import { viewAsOf } from './view-as-of.js';

const settings = { eventWeights: defaultEventWeights, popularityHalfLifeDays: 30 };
const ids = Array.from({ length: 12 }, (_, index) => `item-${index}`);
function viewOf(counts: readonly DayCount[]) {
  const view = createItemView(catalogueId('shop'), settings);
  view.apply(
    ids.map((id, index) => ({
      item: {
        ...itemSchema.parse({ id, title: id }),
        number: itemNumber(index + 1),
        createdAt: new Date('2026-01-01'),
      },
      change: index + 1,
      deleted: false,
    })),
  );
  view.applyDayCounts(counts);
  return view;
}
const count = (
  index: number,
  type: DayCount['type'],
  events: number,
  rest: Partial<DayCount> = {},
): DayCount => ({
  itemId: itemId(`item-${index}`),
  segment: '',
  type,
  day: '2026-11-01',
  events,
  valueSum: 0,
  ...rest,
});
const then = [
  ...ids.map((_, index) => count(index, 'VIEW', 3 * index + 1)),
  count(2, 'PURCHASE', 5, { segment: 'club' }),
  count(3, 'RATING', 2, { valueSum: 1_500 }),
  count(4, 'DWELL', 2, { valueSum: 20 }),
];
const now = [
  ...then.filter((_, index) => index !== 0 && index < 12),
  count(0, 'VIEW', 90),
  count(2, 'PURCHASE', 9, { segment: 'club' }),
  count(3, 'RATING', 5, { valueSum: -2_000 }),
  count(4, 'DWELL', 4, { valueSum: 300 }),
  count(7, 'CLICK', 40, { day: '2026-11-20' }),
];
const changed = [
  { now: count(0, 'VIEW', 90), past: { events: 1, valueSum: 0 } },
  { now: count(2, 'PURCHASE', 9, { segment: 'club' }), past: { events: 5, valueSum: 0 } },
  { now: count(3, 'RATING', 5, { valueSum: -2_000 }), past: { events: 2, valueSum: 1_500 } },
  { now: count(4, 'DWELL', 4, { valueSum: 300 }), past: { events: 2, valueSum: 20 } },
  { now: count(7, 'CLICK', 40, { day: '2026-11-20' }), past: { events: 0, valueSum: 0 } },
];

describe('a view as of a time', () => {
  it('has the popularity, its order and its sum, and the coldness that a view had then', () => {
    const atMs = Date.parse('2026-11-10T12:00:00Z');
    const [past, before] = [viewAsOf(viewOf(now), changed, settings), viewOf(then)];
    for (const segment of [null, 'club']) {
      for (let row = 0; row < ids.length; row++) {
        expect(past.popularity(row, segment, atMs)).toBeCloseTo(before.popularity(row, segment, atMs), 9);
        expect(past.eventCount(row)).toBe(before.eventCount(row));
      }
      expect(past.popularityTotal(segment, atMs)).toBeCloseTo(before.popularityTotal(segment, atMs), 9);
    }
    expect(past.mostPopular(null, atMs, 5)).toEqual(before.mostPopular(null, atMs, 5));
    expect(past.mostPopular(null, atMs, 5)).not.toEqual(viewOf(now).mostPopular(null, atMs, 5));
  });

  it('is the view itself where nothing has come since', () => {
    const view = viewOf(now);
    const past = viewAsOf(view, [], settings);
    expect(past.mostPopular(null, 0, 12)).toEqual(view.mostPopular(null, 0, 12));
    expect([past.rows, past.itemCount, past.titleAt(3)]).toEqual([view.rows, view.itemCount, 'item-3']);
  });
});
