import { type Item, itemPayload, matchesFilter, seededRandom } from '@kindling/domain';
import fc from 'fast-check';
import type { Ranking } from '../ranking.js';
import { recommend } from '../recommend.js';
import { clicks, requestFor, silentPorts, storedItem, testNow, viewOf } from '../small-catalogue.fixture.js';
import { compileRules } from './compile-rules.js';
import { byPrecedence, type Rule, type RuleInput, ruleSchema } from './rule.js';

export const rule = (input: RuleInput): Rule => ruleSchema.parse(input);
export const categories = ['a', 'b', 'c'] as const;
export const catalogue = Array.from({ length: 24 }, (_, index) =>
  storedItem(`i${index}`, index + 1, {
    categories: [categories[index % 3] ?? 'a', ...(index % 4 === 0 ? ['c'] : [])],
    attributes: { brand: index % 5 === 0 ? 'acme' : 'other' },
    status: index === 7 ? 'HIDDEN' : 'ACTIVE',
    publishedAt: new Date(index % 6 === 0 ? '2026-11-20' : '2026-01-01'),
  }),
);
const counts = catalogue.map(({ id }, index) => clicks(id, 1 + ((index * 7) % 24)));
/** Popular in an order of their own, and nothing encoded. */
export function portsOf(items = catalogue) {
  const view = viewOf(items);
  view.applyDayCounts(counts);
  return silentPorts(view);
}
export const ofCategory = (name: string) => ({ items: { matches: { field: 'categories', in: [name] } } });
export const idsOf = (ranking: Ranking) => ranking.slots.map(({ item }) => `i${item - 1}`);
const payloadOf = (id: string) => itemPayload(catalogue.find((one) => one.id === id) as Item);

const anyCondition = fc.oneof(
  fc.constant({}),
  fc.constantFrom(...categories).map(ofCategory),
  fc.constantFrom('acme', 'other', 'nobody').map((brand) => ({
    items: { matches: { field: 'attributes.brand', in: [brand] } },
  })),
);
const filterable = anyCondition.filter((one) => 'items' in one);
const anyKind = fc.oneof(
  fc.record({
    kind: fc.constant('pin' as const),
    condition: fc.constant({}),
    arguments: fc.record({
      itemId: fc.integer({ min: 0, max: 25 }).map((index) => `i${index}`),
      position: fc.integer({ min: 1, max: 30 }),
    }),
  }),
  fc.record({
    kind: fc.constantFrom('boost' as const, 'bury' as const),
    condition: anyCondition,
    arguments: fc.record({ weight: fc.constantFrom(0.1, 0.37, 2) }),
  }),
  fc.record({
    kind: fc.constant('filter' as const),
    condition: filterable,
    arguments: fc.record({ keeps: fc.constantFrom('matching' as const, 'others' as const) }),
  }),
  fc.record({
    kind: fc.constant('quota' as const),
    condition: anyCondition,
    arguments: fc.record({
      bound: fc.constantFrom('atLeast' as const, 'atMost' as const),
      slots: fc.integer({ min: 0, max: 5 }),
      within: fc.integer({ min: 5, max: 12 }),
    }),
  }),
  fc.record({
    kind: fc.constant('rotate' as const),
    condition: anyCondition,
    arguments: fc.record({ afterViews: fc.constantFrom(1, 2), forDays: fc.constant(7) }),
  }),
  fc.record({
    kind: fc.constant('fallback' as const),
    condition: fc.constant({}),
    arguments: fc.constant({ fewerThan: 20, sources: ['newArrivals' as const, 'anyEligible' as const] }),
  }),
);
export const anyRules = fc
  .array(fc.tuple(anyKind, fc.integer({ min: 0, max: 3 })), { maxLength: 9 })
  .map((list) =>
    list.map(([one, priority], index) => rule({ ...one, key: `r${index}`, priority } as RuleInput)),
  );

/** Every second item, just now and twice. */
export const shown = (item: number) =>
  item % 2 === 0 ? { times: 2, lastAtMs: testNow.getTime() - 1_000 } : undefined;
export const within = (rules: readonly Rule[], depth = 200) =>
  recommend(portsOf(), requestFor({}, { rules: compileRules(rules), shown, depth }));

/** The gate, read without any of the code under test. */
export const passes = (rules: readonly Rule[], id: string) =>
  catalogue.some((item) => item.id === id && item.status === 'ACTIVE') &&
  rules.every(
    (one) =>
      one.kind !== 'filter' ||
      matchesFilter(payloadOf(id), one.condition.items?.matches ?? { all: [] }) ===
        (one.arguments.keeps === 'matching'),
  );
export const matches = (one: Rule, id: string) =>
  matchesFilter(payloadOf(id), one.condition.items?.matches ?? { all: [] });

/** Items by the position (from 1) at which a pin has to show them, read without any of the code under test. */
export function expectedPins(rules: readonly Rule[]): ReadonlyMap<number, string> {
  const taken = new Map<number, string>();
  for (const one of [...rules].sort(byPrecedence)) {
    if (one.kind !== 'pin') continue;
    const { itemId: id, position } = one.arguments;
    if (!passes(rules, id) || taken.has(position) || [...taken.values()].includes(id)) continue;
    taken.set(position, id);
  }
  return taken;
}

/** The same rules, saved in another order. */
export function shuffled(rules: readonly Rule[], seed: number): Rule[] {
  const random = seededRandom(seed);
  return rules
    .map((one) => ({ one, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
