import { isLive, itemId, itemNumber, itemPayload, matchesFilter } from '@kindling/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clicks, storedItem, testDay, testNow, viewOf } from '../small-catalogue.fixture.js';

const nowMs = testNow.getTime();

describe('the age of an item', () => {
  const day = 86_400_000;
  const begun = new Date('2026-01-01T00:00:00Z');
  const after = (ms: number) => new Date(begun.getTime() + ms);
  const ageOf = (view: ReturnType<typeof viewOf>, id: string) =>
    view.publishedAtMs(view.rowOfId(itemId(id)) ?? -1);

  it('is not known of what came with the catalogue without a date, and counts from arrival later on', () => {
    const published = new Date('1999-01-01T00:00:00Z');
    const view = viewOf([
      storedItem('late', 3, { createdAt: after(day) }),
      storedItem('first', 1, { createdAt: begun }),
      storedItem('bulk', 2, { createdAt: after(day - 1) }),
      storedItem('dated', 4, { createdAt: begun, publishedAt: published }),
    ]);
    expect(['first', 'bulk', 'late', 'dated'].map((id) => ageOf(view, id))).toEqual([
      Number.NEGATIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      after(day).getTime(),
      published.getTime(),
    ]);
    expect(view.newest(nowMs, 10).map((row) => view.idAt(row))).toEqual(['late', 'bulk', 'first', 'dated']);
  });

  it('does not depend on whether the first item is still there', () => {
    const view = viewOf([]);
    view.apply([
      { item: storedItem('gone', 1, { createdAt: begun }), change: 1, deleted: true },
      { item: storedItem('late', 2, { createdAt: after(day) }), change: 2, deleted: false },
    ]);
    expect(ageOf(view, 'late')).toBe(after(day).getTime());
  });
});

describe('changes', () => {
  it('leaves out a change that is older than the one applied, in any order of arrival', () => {
    const [old, young] = [storedItem('a', 1, { title: 'Old' }), storedItem('a', 1, { title: 'Young' })];
    const view = viewOf([]);
    view.apply([{ item: young, change: 7, deleted: false }]);
    view.apply([{ item: old, change: 5, deleted: false }]);
    expect(view.titleAt(view.rowOfId(itemId('a')) ?? -1)).toBe('Young');
    view.apply([{ item: young, change: 9, deleted: true }]);
    view.apply([{ item: young, change: 8, deleted: false }]);
    expect(view.rowOfId(itemId('a'))).toBeUndefined();
    expect(view.itemCount).toBe(0);
    view.apply([{ item: young, change: 10, deleted: false }]);
    expect(view.rowOf(itemNumber(1))).toBeDefined();
  });

  it('shows only what is active, published and not expired, to the millisecond', () => {
    const dates = fc.option(fc.integer({ min: -2, max: 2 }).map((offset) => new Date(nowMs + offset)));
    fc.assert(
      fc.property(
        dates,
        dates,
        fc.constantFrom('ACTIVE' as const, 'HIDDEN' as const),
        (publishedAt, expiresAt, status) => {
          const item = storedItem('a', 1, { publishedAt, expiresAt, status });
          expect(viewOf([item]).isLive(0, nowMs)).toBe(isLive(item, testNow));
        },
      ),
    );
  });

  it('reads a filter exactly as the domain does', () => {
    const scalar = fc.oneof(
      fc.constantFrom('red', 'blue', '1', 'true'),
      fc.integer({ min: -2, max: 3 }),
      fc.boolean(),
    );
    const items = fc.array(
      fc.record({
        categories: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
        price: fc.option(fc.integer({ min: 0, max: 3 })),
        attributes: fc.dictionary(
          fc.constantFrom('colour', 'size', 'price'),
          fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.constant(null)),
        ),
      }),
      { minLength: 1, maxLength: 6 },
    );
    const field = fc.constantFrom(
      'categories',
      'tags',
      'status',
      'price',
      'publishedAt',
      'attributes.colour',
      'attributes.size',
      'attributes.price',
      'unknown',
    );
    const bound = fc.option(fc.integer({ min: -2, max: 3 }), { nil: undefined });
    const { filter } = fc.letrec((tie) => ({
      filter: fc.oneof(
        { maxDepth: 3 },
        fc.record({
          field,
          in: fc.array(fc.oneof(scalar, fc.constantFrom('a', 'b', 'ACTIVE')), { maxLength: 3 }),
        }),
        fc.record({ field, range: fc.record({ gte: bound, gt: bound, lte: bound, lt: bound }) }),
        fc.record({ all: fc.array(tie('filter'), { maxLength: 3 }) }),
        fc.record({ any: fc.array(tie('filter'), { maxLength: 3 }) }),
        fc.record({ not: tie('filter') }),
      ),
    }));
    fc.assert(
      fc.property(items, filter, (fields, anyFilter) => {
        const wanted = anyFilter as Parameters<typeof matchesFilter>[1];
        const stored = fields.map((item, index) => storedItem(`i${index}`, index + 1, item));
        const matches = ((view) => view.compile(wanted))(viewOf(stored));
        stored.forEach((item, row) => {
          expect(matches(row)).toBe(matchesFilter(itemPayload(item), wanted));
        });
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the fields of every row through thousands of updates and deletions', () => {
    const view = viewOf([]);
    const truth = new Map<number, string[]>();
    let change = 0;
    for (let step = 0; step < 20_000; step++) {
      const number = 1 + ((step * 7_919) % 300);
      const tags = Array.from({ length: step % 9 }, (_, index) => `t${(step + index) % 50}`);
      const deleted = step % 11 === 0;
      view.apply([
        { item: storedItem(`i${number}`, number, { categories: tags }), change: ++change, deleted },
      ]);
      if (deleted) truth.delete(number);
      else truth.set(number, tags);
    }
    expect(view.itemCount).toBe(truth.size);
    for (const [number, tags] of truth) {
      expect(view.categoriesAt(view.rowOf(itemNumber(number)) ?? -1)).toEqual(tags);
    }
    expect(view.rows).toBeLessThanOrEqual(300);
  });
});

describe('popularity', () => {
  it('counts a total once, however often and in whatever order it is applied', () => {
    const rows = [clicks('a', 3), clicks('b', 5, 'de'), clicks('a', 2, 'de')];
    const view = viewOf([storedItem('a', 1), storedItem('b', 2)]);
    for (const order of [rows, [...rows].reverse(), rows]) view.applyDayCounts(order);
    expect(view.eventCount(0)).toBe(5);
    expect(view.popularity(0, null, nowMs) / view.popularity(1, null, nowMs)).toBeCloseTo(1, 12);
    expect(view.popularity(0, 'de', nowMs) / view.popularity(1, 'de', nowMs)).toBeCloseTo(2 / 5, 12);
    expect(view.popularityTotal(null, nowMs)).toBeCloseTo(2 * view.popularity(1, null, nowMs), 9);
    view.applyDayCounts([clicks('a', 10)]);
    expect(view.eventCount(0)).toBe(12);
  });

  it('keeps the counts of an unknown item and uses them when it arrives', () => {
    const view = viewOf([storedItem('a', 1)]);
    view.applyDayCounts([clicks('later', 9), clicks('a', 1)]);
    expect(view.mostPopular(null, nowMs, 10)).toEqual([0]);
    view.apply([{ item: storedItem('later', 2), change: 99, deleted: false }]);
    expect(view.mostPopular(null, nowMs, 10)).toEqual([1, 0]);
    expect(view.eventCount(1)).toBe(9);
  });

  it('halves after the half-life and loses nothing when days are years apart', () => {
    const view = viewOf([storedItem('a', 1), storedItem('b', 2)]);
    view.applyDayCounts([
      { ...clicks('a', 8), day: '2020-01-01' },
      { ...clicks('b', 8), day: testDay },
    ]);
    const now = view.popularity(1, null, nowMs);
    expect(view.popularity(1, null, nowMs + 30 * 86_400_000)).toBeCloseTo(now / 2, 9);
    view.applyDayCounts([{ ...clicks('a', 1), day: testDay }]);
    expect(view.popularity(0, null, nowMs) / now).toBeCloseTo(1 / 8, 9);
    expect(view.eventCount(0)).toBe(9);
  });

  it('has the order of a full sort, after any sequence of counts', () => {
    const step = fc.record({
      item: fc.integer({ min: 0, max: 39 }),
      events: fc.integer({ min: 0, max: 30 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const view = viewOf(Array.from({ length: 40 }, (_, index) => storedItem(`i${index}`, index + 1)));
        const truth = new Map<number, number>();
        for (const { item, events } of steps) {
          view.applyDayCounts([clicks(`i${item}`, events)]);
          truth.set(item, events);
        }
        const order = view.mostPopular(null, nowMs, 40).map((row) => truth.get(row) ?? 0);
        expect(order).toEqual([...order].sort((a, b) => b - a));
      }),
    );
  });
});
