import { expect, it } from 'vitest';
import { chooseLocale } from './locale';

it('keeps the language that was chosen', () => {
  expect(chooseLocale('zh-CN', 'en-GB')).toBe('zh-CN');
  expect(chooseLocale('xx', 'en')).toBe('en');
});

it.each([
  ['zh-TW,zh;q=0.9,en;q=0.8', 'zh-CN'],
  ['de-DE,en;q=0.5,zh;q=0.7', 'zh-CN'],
  ['fr', 'en'],
  [null, 'en'],
])('speaks the first language of a browser that it knows: %s', (header, locale) => {
  expect(chooseLocale(undefined, header)).toBe(locale);
});
