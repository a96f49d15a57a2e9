import { itemNumber } from '@kindling/domain';
import { describe, expect, it } from 'vitest';
import { clicks, exactNeighbours, storedItem, testNow, viewOf } from '../small-catalogue.fixture.js';
import { strategySchema } from '../strategy.js';
import { newestItems, poolOf, type ScoutRequest, scoutNewItems, type TrialRecord } from './new-item-scout.js';

/** 1 and 2 are well known, 1 is clicked often; 3 is like 1, 4 like 2, 5 has no vector yet, 6 is hidden. */
const items = viewOf([
  ...[1, 2, 3, 4, 5].map((n) => storedItem(`i${n}`, n, { publishedAt: new Date(2026, 0, n) })),
  storedItem('i6', 6, { status: 'HIDDEN' }),
]);
items.applyDayCounts([clicks('i1', 300), clicks('i2', 40), clicks('i4', 5)]);
const vectors = new Map([
  [1, Float32Array.of(1, 0)],
  [2, Float32Array.of(0, 1)],
  [3, Float32Array.of(0.99, 0.14)],
  [4, Float32Array.of(0.14, 0.99)],
  [6, Float32Array.of(1, 0)],
]);
const request: ScoutRequest = {
  items,
  neighbours: exactNeighbours(vectors),
  strategy: strategySchema.parse({}),
  candidates: newestItems(items, testNow.getTime()),
  shown: new Map([
    [itemNumber(1), { impressions: 1_000, clicks: 200 }],
    [itemNumber(2), { impressions: 1_000, clicks: 10 }],
  ]),
  records: new Map(),
};
const record = (fields: Partial<TrialRecord>): TrialRecord => ({
  dayZeroRate: 0.05,
  impressions: 0,
  clicks: 0,
  outcome: null,
  cause: null,
  ...fields,
});

describe('scouting new items', () => {
  it('puts encoded live items on trial that are not warm, with the rates of their neighbours', async () => {
    const scouted = await scoutNewItems(request);
    expect(scouted.map(({ item }) => item)).toEqual([4, 3]);
    const [four, three] = scouted;
    expect(three?.dayZeroRate).toBeGreaterThan(0.15);
    expect(four?.dayZeroRate).toBeLessThan(0.03);
    const shares = poolOf(scouted, request.strategy, testNow.getTime()).groups.flat();
    expect(shares.find(({ item }) => item === 3)?.share).toBeGreaterThan(0.8);
  });

  it('holds an item to what was expected of it first, and keeps a belief that did not change', async () => {
    const first = await scoutNewItems(request);
    const before = new Map(first.map((one) => [one.item, one]));
    const records = new Map([[itemNumber(3), record({ dayZeroRate: 0.5 })]]);
    const again = await scoutNewItems({ ...request, records, before });
    expect(again.find(({ item }) => item === 3)?.dayZeroRate).toBe(0.5);
    expect(again[0]?.belief).toBe(first[0]?.belief);
  });

  it('asks for no more of an item that is surely poor, nor of one that is known, and says why', async () => {
    const records = new Map([
      [itemNumber(1), record({ impressions: 90, clicks: 20 })],
      [itemNumber(3), record({ impressions: 2_000, clicks: 400 })],
      [itemNumber(4), record({ impressions: 400 })],
    ]);
    const scouted = await scoutNewItems({ ...request, records });
    expect(scouted.map(({ item, verdict }) => [item, verdict?.outcome, verdict?.cause])).toEqual([
      [1, 'GRADUATED', 'WELL_KNOWN'],
      [4, 'RETIRED', 'SURELY_POOR'],
      [3, 'GRADUATED', 'CERTAIN'],
    ]);
    expect(poolOf(scouted, request.strategy, testNow.getTime()).groups.flat()).toEqual([]);
  });

  it('gives half of the choices to those that lack what was promised to them', async () => {
    const strategy = strategySchema.parse({ exploration: { minimumImpressions: 50, certainWidth: 0.01 } });
    const records = new Map([
      [itemNumber(3), record({ impressions: 60, clicks: 30, dayZeroRate: 0.5 })],
      [itemNumber(4), record({ impressions: 10, dayZeroRate: 0.01 })],
    ]);
    const groups = poolOf(
      await scoutNewItems({ ...request, strategy, records }),
      strategy,
      testNow.getTime(),
    ).groups;
    const shares = new Map<number, number>(groups.flat().map(({ item, share }) => [item, share]));
    expect(shares.get(4)).toBeCloseTo(0.5, 3);
    expect((shares.get(3) ?? 0) + (shares.get(4) ?? 0)).toBeCloseTo(1, 9);
  });

  it('puts no more of one category on trial than its part of the places', async () => {
    const shelf = viewOf(
      [1, 2, 3, 4, 5, 6].map((n) =>
        storedItem(`j${n}`, n, { publishedAt: new Date(2026, 0, n), categories: [n < 3 ? 'rare' : 'usual'] }),
      ),
    );
    const strategy = strategySchema.parse({ exploration: { items: 4, categoryShare: 0.5 } });
    const near = exactNeighbours(new Map([1, 2, 3, 4, 5, 6].map((n) => [n, Float32Array.of(1, n)])));
    const candidates = newestItems(shelf, testNow.getTime());
    const scouted = await scoutNewItems({ ...request, items: shelf, neighbours: near, strategy, candidates });
    expect(scouted.map(({ item }) => item)).toEqual([6, 5, 2, 1]);
  });

  it('leaves an ended trial ended, whatever the counts say, and gives its place to the next item', async () => {
    const strategy = strategySchema.parse({ exploration: { items: 1 } });
    const records = new Map([[itemNumber(4), record({ outcome: 'RETIRED', cause: 'PERSON' })]]);
    const scouted = await scoutNewItems({ ...request, strategy, records });
    expect(scouted.map(({ item, verdict }) => [item, verdict])).toEqual([[3, null]]);
  });
});
