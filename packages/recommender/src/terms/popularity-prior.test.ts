import { describe, expect, it } from 'vitest';
import { clicks, storedItem, testNow, viewOf } from '../small-catalogue.fixture.js';
import { PopularityPrior } from './popularity-prior.js';

const items = viewOf([1, 2, 3].map((n) => storedItem(`i${n}`, n)));
items.applyDayCounts([clicks('i1', 60), clicks('i2', 30), clicks('i2', 6, 'nz'), clicks('i3', 4, 'nz')]);
const atMs = testNow.getTime();
const rowOf = (n: number) => items.rowOf(storedItem(`i${n}`, n).number) ?? -1;
const evidence = (n: number, segment: string | null) => items.popularity(rowOf(n), segment, atMs);
const total = (segment: string | null) => items.popularityTotal(segment, atMs);

describe('the popularity prior', () => {
  it('is (evidence in the segment + 30 p(i)) / (evidence of the segment + 30)', () => {
    const prior = new PopularityPrior(items, 'nz', atMs);
    for (const n of [1, 2, 3]) {
      const everywhere = evidence(n, null) / total(null);
      const expected = (evidence(n, 'nz') + 30 * everywhere) / (total('nz') + 30);
      expect(prior.share(rowOf(n))).toBeCloseTo(expected, 12);
    }
    expect([1, 2, 3].reduce((sum, n) => sum + prior.share(rowOf(n)), 0)).toBeCloseTo(1, 12);
  });

  it('is the share of all evidence where no segment is known, or nothing of it', () => {
    for (const segment of [null, 'nobody is in it']) {
      const prior = new PopularityPrior(items, segment, atMs);
      expect(prior.share(rowOf(1))).toBeCloseTo(evidence(1, null) / total(null), 12);
    }
  });

  it('lets a few events of a small segment move a list a little, and many decide it', () => {
    const few = new PopularityPrior(items, 'nz', atMs);
    expect(few.share(rowOf(3))).toBeLessThan(few.share(rowOf(1)));
    const more = viewOf([1, 2, 3].map((n) => storedItem(`i${n}`, n)));
    more.applyDayCounts([clicks('i1', 6_000), clicks('i2', 30), clicks('i3', 4_000, 'nz')]);
    const many = new PopularityPrior(more, 'nz', atMs);
    expect(many.share(rowOf(3))).toBeGreaterThan(0.9);
  });

  it('forgets: what is half a life old counts half as much as what is of today', () => {
    const view = viewOf([1, 2].map((n) => storedItem(`i${n}`, n)));
    view.applyDayCounts([clicks('i1', 10), { ...clicks('i2', 10), day: '2026-10-25' }]);
    const prior = new PopularityPrior(view, null, atMs);
    expect(prior.share(rowOf(2)) / prior.share(rowOf(1))).toBeCloseTo(0.5, 2);
  });

  it('scores 1 for the most popular item, 0 for one without evidence', () => {
    const view = viewOf([1, 2].map((n) => storedItem(`i${n}`, n)));
    view.applyDayCounts([clicks('i1', 10)]);
    const prior = new PopularityPrior(view, null, atMs);
    expect([prior.score(rowOf(1)), prior.score(rowOf(2))]).toEqual([1, 0]);
    expect(new PopularityPrior(viewOf([]), null, atMs).isKnown).toBe(false);
  });
});
