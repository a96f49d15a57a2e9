import { itemId } from '@kindling/domain';
import { describe, expect, it } from 'vitest';
import { locales } from '../../explain/message.js';
import { storedItem, testNow, viewOf } from '../../small-catalogue.fixture.js';
import { type RuleInput, ruleSchema } from '../rule.js';
import { findingCodes } from './finding.js';
import { findingText } from './finding-text.js';
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
const lint = async (...rules: RuleInput[]) =>
  (
    await lintRules({
      rules: rules.map((one) => ruleSchema.parse(one)),
      items: view,
      atMs: testNow.getTime(),
      itemThresholds: { warmingFrom: 5, warmFrom: 30 },
      placements: [
        { key: 'home', size: 5 },
        { key: 'cart', size: 2 },
      ],
      segments: [],
      newForDays: 30,
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
  });

  it('finds filters that empty a placement together, and what starves new items', async () => {
    const together = await lint(filter('a', 'even', 'matching'), filter('b', 'odd', 'matching'));
    expect(together).toContainEqual(['empty', 'b', 'a']);
    expect(together).toContainEqual(['starvesNew', 'b', 'a']);
    expect(await lint(filter('a', 'new', 'others'))).toEqual([['starvesNew', 'a', null]]);
    const bury: RuleInput = { key: 'a', kind: 'bury', condition: items('new'), arguments: {} };
    expect(await lint(bury)).toEqual([['starvesNew', 'a', null]]);
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
      { code: 'wrongLanguage', foreignShare: 1 },
    ]);
    expect(lintItem({ item: chinese, neighbours, encoderScripts: ['Latin', 'Han'] })).toEqual([]);
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
      const finding = { code, severity: 'error', rule: 'mine', other: 'theirs', about: 3 } as const;
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
