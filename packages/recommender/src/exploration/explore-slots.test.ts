import { type ItemNumber, itemNumber, seededRandom } from '@kindling/domain';
import { describe, expect, it } from 'vitest';
import type { RankedSlot } from '../ranking.js';
import { storedItem, viewOf } from '../small-catalogue.fixture.js';
import { type StrategyInput, strategySchema } from '../strategy.js';
import { entry } from '../terms/term.js';
import { createExplorationPool } from './exploration-pool.js';
import { type ExploreRequest, exploreSlots } from './explore-slots.js';
import type { SlotLimits } from './slot-limits.js';

const count = 14;
const items = viewOf(Array.from({ length: count }, (_, index) => storedItem(`i${index + 1}`, index + 1)));
const all = () => true;

/** Items 1..10 in falling order of score; 11 to 14 did not make it into the list. */
const slots: RankedSlot[] = Array.from({ length: 10 }, (_, index) => ({
  item: index + 1,
  score: 1 - index / 10,
  ledger: [entry('popularity', 1 - index / 10)],
  coldness: 'COLD',
  isExploration: false,
  propensity: 1,
}));

const newItem = (number: number, a: number) => ({ item: itemNumber(number), belief: { a, b: 20 } });
/** Some stand below what is visible, some in no list at all, one is visible anyhow. */
const onTrial = [
  newItem(2, 1),
  newItem(6, 2),
  newItem(7, 1),
  newItem(9, 3),
  newItem(11, 2),
  newItem(12, 1.5),
];

const settings = (exploration: StrategyInput['exploration']) =>
  strategySchema.parse({
    exploration: { impressionsPerDay: 100, share: 0.6, firstPosition: 2, ...exploration },
  });

function explore(
  seed: number,
  exploration: StrategyInput['exploration'],
  more: Partial<ExploreRequest> = {},
) {
  const strategy = settings(exploration);
  const pool = createExplorationPool(onTrial, strategy.exploration.slots, 0);
  const spent: number[] = [];
  const result = exploreSlots(lists.get(more) ?? slots, pool, {
    strategy,
    visible: 5,
    items,
    accepts: all,
    limits: null,
    random: seededRandom(seed),
    budget: { available: (wanted) => wanted, spend: (impressions) => spent.push(impressions) },
    ...more,
  });
  return { result, spent };
}
const lists = new WeakMap<object, RankedSlot[]>();

/** At least two of the even items among the first four slots, at most three among the first six; 11 rests. */
const rulesOfTheSlots: SlotLimits = {
  quotas: [
    { bound: 'atLeast', slots: 2, within: 4, counted: 2 },
    { bound: 'atMost', slots: 3, within: 6, counted: 3 },
  ],
  quotasOf: (row) => (items.numberAt(row) % 2 === 0 ? [0, 1] : []),
  mayRise: (row) => items.numberAt(row) !== 11,
};

describe('exploring slots', () => {
  it.each<[StrategyInput['exploration'], Partial<ExploreRequest>]>([
    [{ slots: 1 }, {}],
    [{ slots: 2, distance: 2 }, {}],
    [{ slots: 3, distance: 1 }, {}],
    [{ slots: 2, share: 1 }, {}],
    [{ slots: 2, distance: 1 }, { limits: rulesOfTheSlots }],
    [{ slots: 3, distance: 1 }, { part: 0.3 }],
    [
      { slots: 1, firstPosition: 9, share: 0.8 },
      { part: 0.1, limits: rulesOfTheSlots },
    ],
  ])('logs the probability with which each item stands at each rank: %j, %j', (exploration, more) => {
    const runs = 8_000;
    const seen = new Map<string, { times: number; propensity: number }>();
    for (let seed = 0; seed < runs; seed++) {
      explore(seed, exploration, more).result.forEach(({ item, propensity }, rank) => {
        const key = `${item}@${rank}`;
        const known = seen.get(key);
        if (known && Math.abs(propensity - known.propensity) > 1e-12)
          throw new Error(`${key} has two propensities`);
        seen.set(key, { times: (known?.times ?? 0) + 1, propensity });
      });
    }
    for (const { times, propensity } of seen.values()) {
      const error = Math.sqrt((propensity * (1 - propensity)) / runs);
      expect(Math.abs(times / runs - propensity)).toBeLessThan(4.5 * error + 1e-9);
    }
    // Nothing is missing: the probabilities of a rank add up to one.
    for (let rank = 0; rank < 10; rank++) {
      const sum = [...seen].reduce(
        (total, [key, { propensity }]) => total + (key.endsWith(`@${rank}`) ? propensity : 0),
        0,
      );
      expect(sum).toBeGreaterThan(0.995);
      expect(sum).toBeLessThan(1 + 1e-9);
    }
  });

  it('keeps scores falling, and equal to the sums of their ledgers to the last bit', () => {
    for (let seed = 0; seed < 100; seed++) {
      const { result } = explore(seed, { slots: 3, distance: 1, firstPosition: 1 });
      expect(result).toHaveLength(slots.length);
      expect(new Set(result.map(({ item }) => item)).size).toBe(slots.length);
      result.forEach(({ score, ledger }, rank) => {
        let sum = 0;
        for (const one of ledger) sum += one[1];
        expect(sum).toBe(score);
        expect(score).toBeLessThanOrEqual(result[rank - 1]?.score ?? Infinity);
      });
    }
  });

  it('spends one impression for each slot that explores, and none for a list that does not', () => {
    for (let seed = 0; seed < 50; seed++) {
      const { result, spent } = explore(seed, { slots: 2 });
      const explored = result.filter(({ isExploration }) => isExploration).length;
      expect(spent).toEqual(explored === 0 ? [] : [explored]);
    }
  });

  it('explores no more than the budget that is left', () => {
    for (let seed = 0; seed < 100; seed++) {
      const budget = { available: (wanted: number) => Math.min(1, wanted), spend: () => {} };
      const { result } = explore(seed, { slots: 3, distance: 1 }, { budget });
      expect(result.filter(({ isExploration }) => isExploration).length).toBeLessThanOrEqual(1);
    }
    const nothing = { available: () => 0, spend: () => {} };
    expect(explore(1, {}, { budget: nothing }).result).toEqual(slots);
  });

  it('shows nobody what the gate keeps from them, nor explores behind the first page', () => {
    for (let seed = 0; seed < 50; seed++) {
      const accepts = (row: number) => (items.numberAt(row) as ItemNumber) !== 9;
      const { result } = explore(seed, { slots: 2 }, { accepts });
      result.forEach(({ item, isExploration }, rank) => {
        if (isExploration) expect(item).not.toBe(9);
        if (isExploration) expect(rank).toBeLessThan(5);
      });
    }
    expect(explore(1, { share: 1, firstPosition: 6 }).result).toEqual(slots);
  });

  it('keeps what a rule wants of the slots: a minimum, a maximum, and what rests', () => {
    const tried = new Set<number>();
    for (let seed = 0; seed < 200; seed++) {
      const { result } = explore(seed, { slots: 2, distance: 1, share: 1 }, { limits: rulesOfTheSlots });
      const even = (within: number) => result.slice(0, within).filter(({ item }) => item % 2 === 0).length;
      expect(even(4)).toBeGreaterThanOrEqual(2);
      expect(even(6)).toBeLessThanOrEqual(3);
      for (const { item, isExploration } of result) if (isExploration) tried.add(item);
    }
    // 6 is one of the first six anyhow; 2 is seen, and 12 would be one too many
    expect([...tried].sort()).toEqual([6, 7, 9]);
  });

  it.each([
    [0.1, 5, 0.5],
    [0.1, 3, 0.3],
    [0.25, 5, 1.25],
  ])(
    'gives a rule its part of the slots, %d of %d, though it is no whole slot and the list is short',
    (part, visible, expected) => {
      const runs = 4_000;
      let tried = 0;
      for (let seed = 0; seed < runs; seed++) {
        const { result } = explore(seed, { slots: 3, share: 1, firstPosition: 6 }, { part, visible });
        const places = result.flatMap(({ isExploration }, place) => (isExploration ? [place] : []));
        for (const place of places) expect(place).toBeLessThan(visible);
        expect(places.length).toBeLessThanOrEqual(Math.ceil(expected));
        tried += places.length;
      }
      expect(Math.abs(tried / runs - expected)).toBeLessThan(0.05);
    },
  );

  it('leaves what a rule placed in its place', () => {
    const pinned = slots.map((slot, rank) =>
      rank === 1 || rank === 4
        ? { ...slot, ledger: [...slot.ledger, entry('rule', 0, { measure: rank + 1 })] }
        : slot,
    );
    for (let seed = 0; seed < 50; seed++) {
      const more = { random: seededRandom(seed) };
      lists.set(more, pinned);
      const { result } = explore(seed, { slots: 2, distance: 1, share: 1 }, more);
      expect(result[1]).toEqual(pinned[1]);
      expect(result[4]).toEqual(pinned[4]);
      expect(result.filter(({ isExploration }) => isExploration).length).toBe(2);
    }
  });
});
