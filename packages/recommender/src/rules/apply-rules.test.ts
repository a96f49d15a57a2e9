import { catalogueId, type ItemNumber, itemId, seededRandom } from '@kindling/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { madeUpItem, madeUpPorts } from '../benchmark.js';
import { explainSlots } from '../explain/explain-slots.js';
import { createItemView } from '../item-view/item-view.js';
import type { NeighbourSource } from '../ports.js';
import { rankingSchema, termNames } from '../ranking.js';
import { recommend } from '../recommend.js';
import { search } from '../search.js';
import { similarItems } from '../similar-items.js';
import { evidenceOf, requestFor, testNow } from '../small-catalogue.fixture.js';
import {
  anyRules,
  catalogue,
  categories,
  expectedPins,
  idsOf,
  matches,
  ofCategory,
  passes,
  portsOf,
  rule,
  shuffled,
  within,
} from './any-rules.fixture.js';
import { compileRules } from './compile-rules.js';
import type { Rule } from './rule.js';

describe('for any rules', () => {
  it('holds pins, never leaks what is filtered, keeps quotas or says who broke them, and sums its ledgers', async () => {
    await fc.assert(
      fc.asyncProperty(anyRules, fc.integer(), async (rules, seed) => {
        const ranking = await within(rules);
        const ids = idsOf(ranking);
        expect(await within(shuffled(rules, seed))).toEqual(ranking);
        expect(rankingSchema.parse(JSON.parse(JSON.stringify(ranking)))).toEqual(ranking);
        expect(new Set(ids).size).toBe(ids.length);
        for (const slot of ranking.slots) {
          expect(slot.score).toBe(slot.ledger.reduce((sum, [, value]) => sum + value, 0));
          for (const [term, , anchor] of slot.ledger) {
            if (termNames[term] === 'rule') expect(ranking.anchors[anchor]).toHaveProperty('rule');
          }
        }
        for (const id of ids) expect(passes(rules, id)).toBe(true);
        const short = await within(rules, 6);
        expect(idsOf(short)).toEqual(ids.slice(0, 6));
        expectPins(rules, ids);
        for (const one of rules) {
          if (one.kind !== 'quota') continue;
          const { bound, slots, within } = one.arguments;
          const count = ids.slice(0, within).filter((id) => matches(one, id)).length;
          const isKept = bound === 'atMost' ? count <= slots : count >= slots;
          const lost = ranking.conflicts?.find((conflict) => conflict.rule === one.key);
          expect({ key: one.key, isKept }).toEqual({ key: one.key, isKept: lost === undefined });
          if (lost?.why === 'slotsTaken') expect(rules.map(({ key }) => key)).toContain(lost.by);
        }
      }),
      { numRuns: 300 },
    );
  });

  function expectPins(rules: readonly Rule[], ids: readonly string[]) {
    const taken = expectedPins(rules);
    for (const position of taken.keys()) {
      if (position <= ids.length) expect([position, ids[position - 1]]).not.toEqual([position, undefined]);
    }
    const inOrder = [...taken].sort(([a], [b]) => a - b);
    // A list that ended before a pin's slot shows it behind everything else.
    const isEarly = ([position]: [number, string]) => ids[position - 1] === taken.get(position);
    const late = inOrder.filter((one) => !isEarly(one)).map(([, id]) => id);
    expect(ids.slice(ids.length - late.length)).toEqual(late);
  }

  it('keeps a single quota exactly, as far as there are items for it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...categories),
        fc.integer({ min: 0, max: 12 }),
        fc.constantFrom('atLeast' as const, 'atMost' as const),
        async (category, slots, bound) => {
          const quota = rule({
            key: 'q',
            kind: 'quota',
            condition: ofCategory(category),
            arguments: { bound, slots, within: 12 },
          });
          const ids = idsOf(await within([quota]));
          const of = (list: readonly string[]) => list.filter((id) => matches(quota, id)).length;
          const eligible = catalogue.filter(({ id }) => passes([], id)).map(({ id }) => id);
          if (bound === 'atMost') expect(of(ids.slice(0, 12))).toBeLessThanOrEqual(slots);
          else expect(of(ids.slice(0, 12))).toBeGreaterThanOrEqual(Math.min(slots, of(eligible)));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps several minima that only just fit together', async () => {
    const minima = categories.map((name, index) =>
      rule({
        key: name,
        kind: 'quota',
        priority: index,
        condition: ofCategory(name),
        arguments: { bound: 'atLeast', slots: 2, within: 6 },
      }),
    );
    const ranking = await within(minima);
    expect(ranking.conflicts).toBeUndefined();
    for (const one of minima) {
      expect(
        idsOf(ranking)
          .slice(0, 6)
          .filter((id) => matches(one, id)).length,
      ).toBeGreaterThanOrEqual(2);
    }
  });
});

describe('rules in a list', () => {
  const boost = rule({
    key: 'acme-week',
    kind: 'boost',
    condition: { items: { matches: { field: 'attributes.brand', in: ['acme'] } }, placements: ['home'] },
    arguments: { weight: 1.5 },
  });
  const first = rule({ key: 'hero', kind: 'pin', arguments: { itemId: 'i11', position: 1 } });

  it('changes nothing where there are none, or none acts', async () => {
    const plain = await recommend(portsOf(), requestFor({}));
    expect(await within([])).toEqual(plain);
    expect(await within([boost])).toEqual(plain);
    const off = requestFor({}, { rules: compileRules([first]), withoutRules: new Set(['hero']) });
    expect(await recommend(portsOf(), off)).toEqual(plain);
  });

  it('names the rule in the ledger, and the slot where it put an item', async () => {
    const ports = portsOf();
    const rules = compileRules([boost, first]);
    const ranking = await recommend(ports, requestFor({}, { rules, placement: 'home' }));
    const page = explainSlots(ranking, { items: ports.items, from: 0, count: 3, locale: 'en', now: testNow });
    expect(page.slots[0]?.id).toBe('i11');
    expect(page.slots[0]?.ledger.at(-1)).toMatchObject({
      term: 'rule',
      value: 0,
      detail: 'put in slot 1 by the rule “hero”',
    });
    expect(page.slots[1]?.ledger.at(-1)).toMatchObject({
      term: 'rule',
      value: 1.5,
      detail: 'changed by the rule “acme-week”',
    });
    expect(page.slots[1]?.reason).toBe('Chosen by the editors');
  });

  it('says who won: a filter over a pin, the first of two pins', async () => {
    const second = rule({ key: 'other', kind: 'pin', arguments: { itemId: 'i12', position: 1 } });
    const filter = rule({
      key: 'no-c',
      kind: 'filter',
      priority: -5,
      condition: ofCategory('c'),
      arguments: { keeps: 'others' },
    });
    expect((await within([first, second])).conflicts).toEqual([
      { rule: 'other', by: 'hero', why: 'slotTaken' },
    ]);
    expect((await within([first, filter])).conflicts).toEqual([
      { rule: 'hero', by: 'no-c', why: 'notEligible' },
    ]);
  });

  it('shows what rests only behind everything else, and says when nobody told what was shown', async () => {
    const rotate = rule({ key: 'rest', kind: 'rotate', arguments: { afterViews: 2, forDays: 7 } });
    const rests = idsOf(await within([rotate])).map((id) => Number(id.slice(1)) % 2 === 1);
    expect(rests).toEqual([...rests].sort());
    const blind = await recommend(portsOf(), requestFor({}, { rules: compileRules([rotate]) }));
    expect(blind.conflicts).toEqual([{ rule: 'rest', by: null, why: 'noHistory' }]);
  });

  it('keeps what rests behind what stands far down, beyond all that diversity looks at', async () => {
    const random = seededRandom(3);
    const items = createItemView(catalogueId('large'));
    const length = 2_000;
    const changes = Array.from({ length }, (_, index) => ({
      item: madeUpItem(index, random),
      change: index + 1,
      deleted: false,
    }));
    items.apply(changes);
    const ports = madeUpPorts(items, length, random);
    const wasSeen = (item: ItemNumber) => item % 12 !== 0;
    const rotate = rule({ key: 'rest', kind: 'rotate', arguments: {} });
    const shown = (item: ItemNumber) =>
      wasSeen(item) ? { times: 9, lastAtMs: testNow.getTime() - 1_000 } : undefined;
    const quota = rule({ key: 'some', kind: 'quota', arguments: { bound: 'atMost', slots: 50, within: 60 } });
    for (const rules of [[rotate], [rotate, quota]]) {
      const request = requestFor(
        { profileId: 'p' as never },
        { rules: compileRules(rules), shown, depth: 40 },
      );
      const { slots } = await recommend(ports, request);
      expect([slots.length, slots.filter(({ item }) => wasSeen(item as ItemNumber))]).toEqual([40, []]);
    }
  });

  it('acts for the segment that it names, by what the profile did', async () => {
    const buyers = { key: 'buyers', label: 'Buyers', when: { field: 'events.PURCHASE', range: { gte: 1 } } };
    const forBuyers = { ...first, condition: { profile: { segments: ['buyers'] } } };
    const rules = compileRules([forBuyers], [buyers]);
    const bought = { ...portsOf(), evidence: { load: async () => evidenceOf([{ type: 'PURCHASE' }]) } };
    const profile = { profileId: 'p' as never };
    expect(idsOf(await recommend(bought, requestFor(profile, { rules })))[0]).toBe('i11');
    expect(idsOf(await recommend(portsOf(), requestFor(profile, { rules })))[0]).not.toBe('i11');
  });

  it('joins search and similar items as well', async () => {
    const rules = compileRules([first]);
    const found = await search(portsOf(), { ...requestFor({}, { rules }), query: '' });
    expect(idsOf(found)[0]).toBe('i11');
    const similar = await similarItems(portsOf(), { ...requestFor({}, { rules }), itemId: itemId('i0') });
    expect(similar && idsOf(similar)[0]).toBe('i11');
  });
});

it('has the index look only among the items that a filter leaves in', async () => {
  const asked: unknown[] = [];
  const ports = portsOf();
  const neighbours: NeighbourSource = {
    vectorsOf: async (keys) => new Map(keys.map((key) => [key, Float32Array.of(1)])),
    nearest: async ({ filter }) => {
      asked.push(filter);
      return [[]];
    },
  };
  const only = rule({
    key: 'only',
    kind: 'filter',
    condition: ofCategory('b'),
    arguments: { keeps: 'matching' },
  });
  const not = rule({
    key: 'not',
    kind: 'filter',
    condition: ofCategory('c'),
    arguments: { keeps: 'others' },
  });
  const request = requestFor({ likedItemIds: [itemId('i1')] }, { rules: compileRules([only, not]) });
  await recommend({ ...ports, neighbours }, request);
  expect(asked).toEqual([{ all: [{ field: 'categories', in: ['b'] }] }]);
});
