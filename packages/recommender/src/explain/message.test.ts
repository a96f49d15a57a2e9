import { describe, expect, it } from 'vitest';
import { termNames } from '../ranking.js';
import { hasMessage, localeOf, locales, sentence } from './message.js';
import en from './messages/en.json' with { type: 'json' };
import zhCN from './messages/zh-CN.json' with { type: 'json' };

const placeholders = (pattern: string) =>
  [...new Set([...pattern.matchAll(/\{(\w+)/g)].map(([, name]) => name))].sort();

describe('message files', () => {
  it('have the same keys and the same placeholders in every language', () => {
    expect(Object.keys(zhCN)).toEqual(Object.keys(en));
    for (const key of Object.keys(en) as (keyof typeof en)[]) {
      expect([key, placeholders(zhCN[key])]).toEqual([key, placeholders(en[key])]);
    }
  });

  it('name and detail every term, and give a reason for every term that can be one', () => {
    for (const term of termNames) {
      expect(hasMessage(`term.${term}`)).toBe(true);
      expect(hasMessage(`term.${term}.detail`)).toBe(true);
      if (!['breadth', 'disliked', 'diversity'].includes(term))
        expect(hasMessage(`reason.${term}`)).toBe(true);
    }
  });

  it('leave no brace unfilled', () => {
    for (const locale of locales) {
      for (const key of Object.keys(en)) {
        const values = {
          anchor: 'A',
          segment: 'S',
          measure: 1,
          percent: '1%',
          count: 2,
          ids: 'i',
          query: 'q',
          rule: 'r',
          other: 'o',
          about: 'a',
          term: 't',
          impressions: 2,
          by: 'b',
          reason: 'r',
        };
        expect(sentence({ key, values }, locale)).not.toMatch(/[{}]/);
      }
    }
  });
});

it('counts one day and two days', () => {
  const days = (measure: number) => sentence({ key: 'term.freshness.detail', values: { measure } }, 'en');
  expect([days(1), days(2)]).toEqual(['1 day old', '2 days old']);
});

it('puts braces and dollar signs of a title in as they are', () => {
  const values = { anchor: '{measure} $& $1' };
  expect(sentence({ key: 'reason.liked', values }, 'en')).toBe('Because you like “{measure} $& $1”');
});

it('speaks Chinese to every Chinese tag and English to all others', () => {
  expect(['zh', 'zh-CN', 'zh-Hant-TW', 'ZH_cn', 'en-GB', 'fr', '', null].map(localeOf)).toEqual([
    'zh-CN',
    'zh-CN',
    'zh-CN',
    'zh-CN',
    'en',
    'en',
    'en',
    'en',
  ]);
});
