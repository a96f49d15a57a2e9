import { itemNumber } from '@kindling/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BudgetLease } from '../exploration/budget-lease.js';
import { createExplorationPool } from '../exploration/exploration-pool.js';
import { createExplorer } from '../exploration/explorer.js';
import type { Exploration } from '../ports.js';
import { type Ranking, rankingSchema } from '../ranking.js';
import { recommend } from '../recommend.js';
import { requestFor, testNow } from '../small-catalogue.fixture.js';
import { strategySchema } from '../strategy.js';
import {
  anyRules,
  catalogue,
  expectedPins,
  idsOf,
  matches,
  ofCategory,
  passes,
  portsOf,
  rule,
  shown,
  shuffled,
} from './any-rules.fixture.js';
import { compileRules } from './compile-rules.js';
import type { Rule } from './rule.js';

interface Trying {
  /** Items on trial: any, those of the list among them. */
  readonly onTrial: readonly number[];
  readonly slots: number;
  readonly firstPosition: number;
  readonly distance: number;
  readonly share: number;
  readonly visible: number;
  readonly depth: number;
  readonly seed: number;
}
const anyTrying: fc.Arbitrary<Trying> = fc.record({
  onTrial: fc.uniqueArray(fc.integer({ min: 1, max: catalogue.length }), { minLength: 1, maxLength: 12 }),
  slots: fc.integer({ min: 1, max: 3 }),
  firstPosition: fc.integer({ min: 1, max: 12 }),
  distance: fc.integer({ min: 1, max: 4 }),
  share: fc.constantFrom(1, 0.5),
  visible: fc.integer({ min: 1, max: 12 }),
  depth: fc.constantFrom(8, 50, 200),
  seed: fc.integer(),
});
const anyBudget = fc
  .tuple(fc.constantFrom(0, 0.1, 0.3, 1), fc.constantFrom({}, ofCategory('a'), ofCategory('c')))
  .map(([share, condition]) =>
    rule({ key: 'budget', kind: 'explorationBudget', condition, arguments: { share } }),
  );

const impressionsPerDay = 100;

/** The list with exploration and what it spent of its budget, and the list without. */
async function tried(rules: readonly Rule[], trying: Trying) {
  const { slots, firstPosition, distance, share, visible, depth, seed } = trying;
  const strategy = strategySchema.parse({
    exploration: { impressionsPerDay, slots, firstPosition, distance, share },
  });
  const items = trying.onTrial.map((n) => ({ item: itemNumber(n), belief: { a: 1 + (n % 3), b: 20 } }));
  const pool = createExplorationPool(items, slots, testNow.getTime());
  // One block and no more, so that what is missing of it was spent.
  const blocks = [impressionsPerDay];
  const lease = new BudgetLease({ reserve: async () => blocks.pop() ?? 0, giveBack: async () => {} });
  const budget = { placement: 'home', atMs: testNow.getTime(), impressionsPerDay };
  lease.available(budget);
  await lease.settled();
  const before = lease.available(budget);
  const exploration: Exploration = createExplorer({ ...budget, strategy, visible, pool, lease });
  const request = requestFor({}, { rules: compileRules(rules), shown, depth, strategy, seed });
  const plain = await recommend(portsOf(), request);
  const explored = await recommend({ ...portsOf(), exploration }, request);
  return { plain, explored, spent: before - lease.available(budget) };
}

const counted = (one: Rule & { kind: 'quota' }, ranking: Ranking) =>
  idsOf(ranking)
    .slice(0, one.arguments.within)
    .filter((id) => matches(one, id)).length;
const rests = (rules: readonly Rule[], item: number) =>
  rules.some(
    (one) =>
      one.kind === 'rotate' &&
      matches(one, `i${item - 1}`) &&
      (shown(item)?.times ?? 0) >= one.arguments.afterViews,
  );

describe('whatever the rules are and whatever is tried out', () => {
  it('holds pins, filters, quotas, rotation and budgets, in any order of saving, with ledgers that add up', async () => {
    await fc.assert(
      fc.asyncProperty(anyRules, fc.option(anyBudget), anyTrying, async (some, budget, trying) => {
        const rules = budget ? [...some, budget] : some;
        const { plain, explored, spent } = await tried(rules, trying);
        const ids = idsOf(explored);
        expect((await tried(shuffled(rules, trying.seed), trying)).explored).toEqual(explored);
        expect(rankingSchema.parse(JSON.parse(JSON.stringify(explored)))).toEqual(explored);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.length).toBe(plain.slots.length);
        for (const { score, ledger } of explored.slots) {
          expect(score).toBeCloseTo(
            ledger.reduce((sum, [, value]) => sum + value, 0),
            6,
          );
        }
        for (const id of ids) expect(passes(rules, id)).toBe(true);
        // The list without exploration says where a pin stands when the list ends before its position.
        for (const id of expectedPins(rules).values()) {
          expect([id, ids.indexOf(id)]).toEqual([id, idsOf(plain).indexOf(id)]);
        }
        for (const one of rules) {
          if (one.kind !== 'quota') continue;
          const { bound, slots } = one.arguments;
          const [before, after] = [counted(one, plain), counted(one, explored)];
          const isBroken = plain.conflicts?.some(({ rule: key }) => key === one.key);
          if (bound === 'atMost') expect(after).toBeLessThanOrEqual(isBroken ? before : slots);
          else expect(after).toBeGreaterThanOrEqual(Math.min(before, slots));
        }
        const tries = explored.slots.filter(({ isExploration }) => isExploration);
        for (const { item } of tries) {
          expect(rests(rules, item)).toBe(false);
          expect(!budget || matches(budget, `i${item - 1}`)).toBe(true);
          expect(explored.slots.slice(0, trying.visible).map((slot) => slot.item)).toContain(item);
        }
        expect(spent).toBe(tries.length);
        const most = budget?.kind === 'explorationBudget' ? budget.arguments.share * trying.visible : 3;
        expect(tries.length).toBeLessThanOrEqual(Math.min(trying.slots, Math.ceil(most)));
      }),
      { numRuns: 300 },
    );
  }, 120_000);

  it('still tries out items where the rules leave room', async () => {
    const rules = [
      rule({ key: 'hero', kind: 'pin', arguments: { itemId: 'i11', position: 3 } }),
      rule({
        key: 'some-b',
        kind: 'quota',
        condition: ofCategory('b'),
        arguments: { bound: 'atLeast', slots: 3, within: 8 },
      }),
      rule({
        key: 'few-a',
        kind: 'quota',
        condition: ofCategory('a'),
        arguments: { bound: 'atMost', slots: 2, within: 8 },
      }),
    ];
    const trying = { onTrial: [3, 6, 12, 15, 18], slots: 1, firstPosition: 3, distance: 1, share: 1 };
    for (let seed = 0; seed < 20; seed++) {
      const { explored } = await tried(rules, { ...trying, visible: 8, depth: 50, seed });
      expect(explored.slots.filter(({ isExploration }) => isExploration)).toHaveLength(1);
    }
  });
});
