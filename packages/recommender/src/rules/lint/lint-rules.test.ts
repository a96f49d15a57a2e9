import { type ItemFilter, itemId } from '@kindling/domain';
import { describe, expect, it } from 'vitest';
import { locales } from '../../explain/message.js';
import { storedItem, testNow, viewOf } from '../../small-catalogue.fixture.js';
import { type RuleInput, ruleSchema } from '../rule.js';
import { segmentSchema } from '../segment.js';
import { findingCodes } from './finding.js';
import { findingText } from './finding-text.js';
import type { LintRequest } from './lint-context.js';
import { lintItem } from './lint-item.js';
import { lintRules } from './lint-rules.js';

const view = viewOf(
  Array.from({ length: 20 }, (_, index) =>
    storedItem(`i${index}`, index + 1, {
      categories: [index < 4 ? 'new' : 'old', index % 2 === 0 ? 'even' : 'odd'],
      publishedAt: new Date(index < 4 ? '2026-11-20' : '2026-01-01'),
    }),
  ),
);
const request: Omit<LintRequest, 'rules'> = {
  items: view,
  atMs: testNow.getTime(),
  itemThresholds: { warmingFrom: 5, warmFrom: 30 },
  profileThresholds: [{ warmingFrom: 1, warmFrom: 10 }],
  placements: [
    { key: 'home', size: 5, explores: true, chain: [] },
    { key: 'cart', size: 2, explores: false, chain: [] },
  ],
  segments: [],
  newForDays: 30,
};
const lint = (...rules: RuleInput[]) => lintWith({}, ...rules);
const lintWith = async (differs: Partial<LintRequest>, ...rules: RuleInput[]) =>
  (
    await lintRules({
      ...request,
      ...differs,
      rules: rules.map((one) => ruleSchema.parse(one)),
    })
  ).map(({ code, rule, other }) => [code, rule, other]);

const items = (category: string) => ({ items: { matches: { field: 'categories', in: [category] } } });
const pin = (key: string, id: string, position: number, condition = {}): RuleInput => ({
  key,
  kind: 'pin',
  condition,
  arguments: { itemId: id, position },
});
const filter = (key: string, category: string, keeps: 'matching' | 'others', condition = {}): RuleInput => ({
  key,
  kind: 'filter',
  condition: { ...items(category), ...condition },
  arguments: { keeps },
});

describe('the linter', () => {
  it('has nothing to say of rules that get on', async () => {
    expect(
      await lint(pin('a', 'i1', 1), pin('b', 'i2', 2), filter('c', 'nobody-has-it-yet-odd', 'others')),
    ).toEqual([['noItems', 'c', null]]);
    expect(
      await lint(pin('a', 'i1', 1), { key: 'b', kind: 'boost', condition: items('odd'), arguments: {} }),
    ).toEqual([]);
  });

  it('names both of two pins that want one slot or one item, unless they never meet', async () => {
    expect(await lint(pin('a', 'i1', 1), pin('b', 'i2', 1))).toEqual([['sameSlot', 'b', 'a']]);
    expect(await lint(pin('a', 'i1', 1), pin('b', 'i1', 2))).toEqual([['sameItem', 'b', 'a']]);
    const [home, cart] = [{ placements: ['home'] }, { placements: ['cart'] }];
    expect(await lint(pin('a', 'i1', 1, home), pin('b', 'i2', 1, cart))).toEqual([]);
    const [cold, warm] = [{ profile: { segments: ['cold'] } }, { profile: { segments: ['warm'] } }];
    expect(await lint(pin('a', 'i1', 1, cold), pin('b', 'i2', 1, warm))).toEqual([]);
  });

  it('names the filter that keeps a pin out', async () => {
    expect(await lint(pin('a', 'i5', 1), filter('f', 'odd', 'others'))).toEqual([['filteredPin', 'a', 'f']]);
  });

  it('finds a minimum and a maximum that cannot both hold, pins above a maximum, and a boost against a bury', async () => {
    const quota = (key: string, bound: 'atLeast' | 'atMost', slots: number): RuleInput => ({
      key,
      kind: 'quota',
      condition: items('odd'),
      arguments: { bound, slots, within: 5 },
    });
    expect(await lint(quota('least', 'atLeast', 3), quota('most', 'atMost', 2))).toEqual([
      ['quotaClash', 'most', 'least'],
    ]);
    expect(await lint(quota('most', 'atMost', 1), pin('a', 'i5', 1), pin('b', 'i7', 2))).toEqual([
      ['pinnedQuota', 'most', 'b'],
    ]);
    const weigh = (key: string, kind: 'boost' | 'bury'): RuleInput => ({
      key,
      kind,
      condition: items('odd'),
      arguments: {},
    });
    expect(await lint(weigh('up', 'boost'), weigh('down', 'bury'))).toEqual([['opposed', 'up', 'down']]);
  });

  it('finds rules that never act', async () => {
    const window = { timeZone: 'UTC', until: '2026-01-01T00:00' };
    const condition = { placements: ['attic'], profile: { segments: ['ghosts'] }, window };
    expect((await lint(pin('a', 'nobody', 1, condition))).map(([code]) => code)).toEqual([
      'unknownPlacement',
      'unknownSegment',
      'over',
      'unknownItem',
    ]);
  });

  it('finds fallbacks that are never reached', async () => {
    const chain = (key: string, condition: object, sources: ('popular' | 'anyEligible')[]): RuleInput => ({
      key,
      kind: 'fallback',
      condition,
      arguments: { sources },
    });
    const forHome = chain('b', { placements: ['home'] }, ['popular']);
    expect(await lint(chain('a', {}, ['popular']), forHome)).toEqual([['unreachable', 'b', 'a']]);
    expect(await lint(forHome, chain('c', {}, ['popular']))).toEqual([]);
    expect(await lint(chain('a', {}, ['anyEligible', 'popular']))).toEqual([['deadSource', 'a', null]]);
    // three that leave nobody over stand before one for everybody, and at both of the placements
    const groups = ['cold', 'warm', 'warming'].map((segment) =>
      chain(segment, { profile: { segments: [segment] } }, ['popular']),
    );
    expect(await lint(...groups, chain('z', {}, ['popular']))).toEqual([['unreachable', 'z', 'cold']]);
    expect(await lint(...groups.slice(1), chain('z', {}, ['popular']))).toEqual([]);
    const both = [forHome, chain('c', { placements: ['cart'] }, ['popular'])];
    expect(await lint(...both, chain('d', { placements: ['cart', 'home'] }, ['popular']))).toEqual([
      ['unreachable', 'd', 'c'],
    ]);
    // one that is switched off inside experiments leaves those lists to the other
    expect(await lint(chain('a', { outsideExperiments: true }, ['popular']), forHome)).toEqual([]);
    const longer = { timeZone: 'UTC', from: '2026-11-01T00:00', until: '2027-02-01T00:00' };
    const shorter = { timeZone: 'UTC', from: '2026-12-01T00:00', until: '2027-01-01T00:00' };
    expect(
      await lint(chain('a', { window: longer }, ['popular']), chain('b', { window: shorter }, ['popular'])),
    ).toEqual([['unreachable', 'b', 'a']]);
  });

  it("finds strategies of a placement's own chain that are never reached, and names the other", async () => {
    const chain = [
      { key: 'main', config: { a: 1 } },
      { key: 'plain', config: { a: 2 } },
      { key: 'main', config: { a: 1 } },
      { key: 'copy', config: { a: 2 } },
    ];
    const placements = [{ key: 'home', size: 5, explores: true, chain }];
    const found = await lintRules({ ...request, placements, rules: [] });
    expect(
      found.map(({ code, rule, placement, about, other }) => [code, rule, placement, about, other]),
    ).toEqual([
      ['repeatedFallback', null, 'home', 'main', null],
      ['sameFallback', null, 'home', 'copy', 'plain'],
    ]);
    expect(found.map((one) => findingText(one, 'en'))[1]).toContain(
      'Placement home falls back to the strategy copy',
    );
  });

  const forProfile = (profile: object): RuleInput => ({
    key: 'a',
    kind: 'boost',
    condition: { profile },
    arguments: {},
  });
  it.each<[string, object, string | undefined]>([
    [
      'two kinds of coldness',
      {
        matches: {
          all: [
            { field: 'coldness', in: ['COLD'] },
            { field: 'coldness', in: ['WARM'] },
          ],
        },
      },
      'contradiction',
    ],
    [
      'a count between 5 and 3',
      {
        matches: {
          all: [
            { field: 'eventCount', range: { gte: 5 } },
            { field: 'eventCount', range: { lt: 3 } },
          ],
        },
      },
      'contradiction',
    ],
    [
      'a whole number between 2 and 3',
      { matches: { field: 'eventCount', range: { gt: 2, lt: 3 } } },
      'contradiction',
    ],
    [
      'warm with three events',
      {
        matches: {
          all: [
            { field: 'coldness', in: ['WARM'] },
            { field: 'eventCount', range: { lte: 3 } },
          ],
        },
      },
      'contradiction',
    ],
    [
      'warm with ten events',
      {
        matches: {
          all: [
            { field: 'coldness', in: ['WARM'] },
            { field: 'eventCount', range: { lte: 10 } },
          ],
        },
      },
      undefined,
    ],
    [
      'more clicks than events',
      {
        matches: {
          all: [
            { field: 'events.CLICK', range: { gte: 4 } },
            { field: 'eventCount', range: { lt: 4 } },
          ],
        },
      },
      'contradiction',
    ],
    [
      'events of a type that there is not',
      { matches: { field: 'events.CLIK', range: { gte: 1 } } },
      'contradiction',
    ],
    [
      'a last event of somebody without any',
      {
        matches: {
          all: [
            { field: 'daysSinceLastEvent', range: { lt: 3 } },
            { field: 'eventCount', in: [0] },
          ],
        },
      },
      'contradiction',
    ],
    [
      'a value and not that value',
      {
        matches: {
          all: [
            { field: 'attributes.country', in: ['DE'] },
            { not: { field: 'attributes.country', in: ['DE', 'AT'] } },
          ],
        },
      },
      'contradiction',
    ],
    [
      'two values of one attribute',
      {
        matches: {
          all: [
            { field: 'attributes.country', in: ['DE'] },
            { field: 'attributes.country', in: ['FR'] },
          ],
        },
      },
      'severalValues',
    ],
    [
      'either of two',
      {
        matches: {
          any: [
            { field: 'attributes.country', in: ['DE'] },
            { field: 'attributes.country', in: ['FR'] },
          ],
        },
      },
      undefined,
    ],
    ['one of no conditions', { matches: { any: [] } }, 'contradiction'],
    [
      'a segment that its other condition rules out',
      { segments: ['warm'], matches: { field: 'eventCount', in: [0] } },
      'contradiction',
    ],
    ['a segment in which nobody can be', { segments: ['ghosts'] }, 'emptySegment'],
    ['nothing but a segment', { segments: ['cold', 'warm'] }, undefined],
  ])('of a rule for profiles says whether there can be one: %s', async (_, profile, code) => {
    const ghosts = segmentSchema.parse({
      key: 'ghosts',
      label: 'Ghosts',
      when: {
        all: [
          { field: 'eventCount', in: [0] },
          { field: 'events.PURCHASE', range: { gte: 1 } },
        ],
      },
    });
    const found = await lintWith({ segments: [ghosts] }, forProfile(profile));
    expect(found).toEqual(code === undefined ? [] : [[code, 'a', null]]);
  });

  it('does not hold two pins against each other when nobody is in both of their conditions', async () => {
    const [few, many] = [{ lt: 3 }, { gte: 3 }].map((range) => ({
      profile: { matches: { field: 'eventCount', range } },
    }));
    expect(await lint(pin('a', 'i1', 1, few), pin('b', 'i2', 1, many))).toEqual([]);
  });

  it('finds a window that never opens, a pin that may not be shown, and a budget where nothing is tried out', async () => {
    const weekend = { timeZone: 'UTC', from: '2026-12-05T00:00', until: '2026-12-07T00:00' };
    expect(await lint(pin('a', 'i1', 1, { window: { ...weekend, weekdays: ['TUE'] } }))).toEqual([
      ['neverOpen', 'a', null],
    ]);
    expect(await lint(pin('a', 'i1', 1, { window: { ...weekend, weekdays: ['SUN'] } }))).toEqual([]);
    const night = { timeZone: 'UTC', from: '2026-12-07T02:00', until: '2026-12-07T12:00', weekdays: ['SUN'] };
    expect(
      await lint(pin('a', 'i1', 1, { window: { ...night, hours: { from: '22:00', until: '06:00' } } })),
    ).toEqual([]);
    const hidden = viewOf([
      storedItem('h', 1, { status: 'HIDDEN' }),
      storedItem('i1', 2, {}),
      storedItem('i2', 3, {}),
    ]);
    const placements = [{ key: 'home', size: 1, explores: true, chain: [] }];
    expect(await lintWith({ items: hidden, placements }, pin('a', 'h', 1))).toEqual([
      ['hiddenItem', 'a', null],
    ]);
    const budget = (condition: object): RuleInput => ({
      key: 'a',
      kind: 'explorationBudget',
      condition,
      arguments: {},
    });
    expect(await lint(budget({ placements: ['cart'] }))).toEqual([['noExploration', 'a', null]]);
    expect(await lint(budget({ placements: ['cart', 'home'] }))).toEqual([]);
  });

  it('finds filters that empty a placement together, and what starves new items', async () => {
    const together = await lint(filter('a', 'even', 'matching'), filter('b', 'odd', 'matching'));
    expect(together).toContainEqual(['empty', 'b', 'a']);
    expect(together).toContainEqual(['starvesNew', 'b', 'a']);
    expect(await lint(filter('a', 'new', 'others'))).toEqual([['starvesNew', 'a', null]]);
    const bury: RuleInput = { key: 'a', kind: 'bury', condition: items('new'), arguments: {} };
    expect(await lint(bury)).toEqual([['starvesNew', 'a', null]]);
    // two filters that nobody's list has both of take nothing from each other
    const forWarm = { profile: { segments: ['warm'] } };
    const forCold = { profile: { segments: ['cold'] } };
    expect(
      await lint(filter('a', 'even', 'matching', forWarm), filter('b', 'odd', 'matching', forCold)),
    ).toEqual([]);
    const narrow = (key: string, matches: ItemFilter): RuleInput => ({
      key,
      kind: 'bury',
      condition: { items: { matches } },
      arguments: {},
    });
    const freshOf = (parity: string): ItemFilter => ({
      all: [
        { field: 'categories', in: ['new'] },
        { field: 'categories', in: [parity] },
      ],
    });
    expect(await lint(narrow('a', freshOf('even')), narrow('b', freshOf('odd')))).toEqual([
      ['starvesNew', 'b', 'a'],
    ]);
    const crowd: RuleInput = {
      key: 'a',
      kind: 'quota',
      condition: { ...items('old'), placements: ['home'] },
      arguments: { bound: 'atLeast', slots: 5, within: 5 },
    };
    expect(await lint(crowd)).toEqual([['starvesNew', 'a', null]]);
    expect(await lint({ key: 'a', kind: 'explorationBudget', arguments: { impressionsPerDay: 0 } })).toEqual([
      ['starvesNew', 'a', null],
    ]);
  });
});

describe('the day-0 lint of an item', () => {
  const item = {
    title: 'A long walk through the mountains',
    description: 'Two friends and a dog',
    categories: ['Travel'],
    tags: [],
  };
  const neighbours = [{ id: itemId('a'), similarity: 0.6 }];
  const encoderScripts = ['Latin'];

  it('has nothing against an item that says what it is', async () => {
    expect(lintItem({ item, neighbours, encoderScripts })).toEqual([]);
    expect(lintItem({ item, neighbours: null, encoderScripts })).toEqual([]);
  });

  it('finds too little text, a script the encoder does not read, twins, and items without neighbours', async () => {
    const bare = { title: 'SKU 4711', description: null, categories: [], tags: [] };
    expect(lintItem({ item: bare, neighbours, encoderScripts })).toEqual([
      { code: 'tooLittleText', words: 2 },
    ]);
    const chinese = { ...bare, title: '两个朋友和一只狗走过群山' };
    expect(lintItem({ item: chinese, neighbours, encoderScripts })).toEqual([
      { code: 'wrongLanguage', foreignShare: 1, language: null },
    ]);
    expect(lintItem({ item: chinese, neighbours, encoderScripts: ['Latin', 'Han'] })).toEqual([]);
    const foreignLanguage = () => 'de';
    expect(lintItem({ item, neighbours, encoderScripts, foreignLanguage })).toEqual([
      { code: 'wrongLanguage', foreignShare: 0, language: 'de' },
    ]);
    expect(lintItem({ item: bare, neighbours, encoderScripts, foreignLanguage })).toEqual([
      { code: 'tooLittleText', words: 2 },
    ]);
    const twin = [{ id: itemId('b'), similarity: 0.99 }];
    expect(lintItem({ item, neighbours: twin, encoderScripts })).toEqual([
      { code: 'nearDuplicate', of: ['b'] },
    ]);
    const far = [{ id: itemId('b'), similarity: 0.1 }];
    expect(lintItem({ item, neighbours: far, encoderScripts })).toEqual([
      { code: 'noNeighbours', bestSimilarity: 0.1 },
    ]);
  });
});

it('says every finding in words, in each language, with both rules where there are two', () => {
  for (const code of findingCodes) {
    for (const locale of locales) {
      const isOfPlacement = code === 'repeatedFallback' || code === 'sameFallback';
      const by = isOfPlacement ? { rule: null, placement: 'mine' } : { rule: 'mine' };
      const finding = { code, severity: 'error', ...by, other: 'theirs', about: 3 } as const;
      expect(findingText(finding, locale)).toContain('mine');
      expect(findingText({ ...finding, other: null }, locale)).not.toMatch(/theirs|[{}]/);
    }
  }
  const short = { code: 'short', severity: 'warning', rule: 'a', about: 'home' } as const;
  expect(findingText({ ...short, other: 'b' }, 'en')).toBe(
    '“a” together with “b” leaves the placement home fewer items than it shows',
  );
  expect(findingText({ ...short, other: null }, 'en')).toBe(
    '“a” leaves the placement home fewer items than it shows',
  );
});
