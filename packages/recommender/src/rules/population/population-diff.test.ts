import { catalogueId, defaultItemThresholds, itemNumber, itemSchema, seededRandom } from '@kindling/domain';
import { describe, expect, it } from 'vitest';
import { createItemView } from '../../item-view/item-view.js';
import { describedProfiles } from './described-profiles.js';
import { PopulationDiff } from './population-diff.js';

const view = createItemView(catalogueId('shop'));
view.apply(
  Array.from({ length: 10 }, (_, index) => ({
    item: {
      ...itemSchema.parse({ id: `item-${index + 1}`, title: `item ${index + 1}` }),
      number: itemNumber(index + 1),
      createdAt: new Date('2026-01-01'),
    },
    change: index + 1,
    deleted: false,
  })),
);
const dayCount = (id: string, events: number) => ({
  itemId: itemSchema.parse({ id, title: id }).id,
  segment: '',
  type: 'VIEW' as const,
  day: '2026-11-01',
  events,
  valueSum: 0,
});
view.applyDayCounts([dayCount('item-1', 50), dayCount('item-2', 50), dayCount('item-3', 50)]);

describe('a population diff', () => {
  it('counts nothing as changed where every list stays as it is', () => {
    const diff = new PopulationDiff(view, defaultItemThresholds);
    diff.add('REAL', [1, 2, 3], [1, 2, 3]);
    diff.add('UNKNOWN', [], []);
    expect(diff.result()).toMatchObject({ lists: 2, changed: 0, meanRankMove: 0 });
    expect(diff.result().entering).toEqual({ slots: 0, items: 0, top: [] });
  });

  it('says how far what stays moves, what leaves, what enters, and how much new items are shown', () => {
    const diff = new PopulationDiff(view, defaultItemThresholds);
    diff.add('REAL', [1, 2, 3, 4], [4, 1, 2, 5]);
    diff.add('DESCRIBED', [1, 2], [1, 5]);
    const result = diff.result();
    expect(result.groups).toEqual([
      { group: 'REAL', lists: 1, changed: 1 },
      { group: 'DESCRIBED', lists: 1, changed: 1 },
    ]);
    // 4 moves by 3, 1 and 2 by 1 each, and 1 of the other list by 0
    expect(result.meanRankMove).toBeCloseTo(5 / 4, 12);
    expect(result.displaced).toEqual({
      slots: 2,
      items: 2,
      top: [
        { item: 2, lists: 1 },
        { item: 3, lists: 1 },
      ],
    });
    expect(result.entering).toEqual({ slots: 2, items: 1, top: [{ item: 5, lists: 2 }] });
    // 1, 2 and 3 have events: before, 4 is the only new one of six; after, 4, 5 and 5 are
    expect(result.newItemExposure).toEqual({ before: 1 / 6, after: 3 / 6 });
    expect(result.coverage).toEqual({ before: 0.4, after: 0.4 });
  });

  it('sees a list that only became shorter as changed', () => {
    const diff = new PopulationDiff(view, defaultItemThresholds);
    diff.add('REAL', [1, 2, 3], [1, 2]);
    expect(diff.result()).toMatchObject({ changed: 1, displaced: { slots: 1 }, entering: { slots: 0 } });
  });
});

describe('described profiles', () => {
  it('name every word alone first, then pairs, and never the same twice', () => {
    const words = ['war', 'love', 'space'];
    const told = describedProfiles(words, 6, seededRandom(1)).map(({ interests }) => interests);
    expect(told.slice(0, 3)).toEqual([['war'], ['love'], ['space']]);
    expect(new Set(told.map(String)).size).toBe(6);
  });

  it('are as many as the words allow', () => {
    expect(describedProfiles([], 5, seededRandom(1))).toEqual([]);
    expect(describedProfiles(['war', 'love'], 10, seededRandom(1))).toHaveLength(3);
  });
});
