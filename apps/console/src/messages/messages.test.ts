import { describe, expect, it } from 'vitest';
import en from './en.json' with { type: 'json' };
import zh from './zh-CN.json' with { type: 'json' };

type Messages = { readonly [key: string]: string | Messages };

const paths = (messages: Messages, above = ''): string[] =>
  Object.entries(messages).flatMap(([key, value]) =>
    typeof value === 'string' ? [`${above}${key}`] : paths(value, `${above}${key}.`),
  );
const textAt = (messages: Messages, path: string) =>
  path
    .split('.')
    .reduce<string | Messages | undefined>(
      (at, key) => (typeof at === 'object' ? at[key] : undefined),
      messages,
    );
/** The names in a message's braces, its plural branches left aside. */
const argumentsOf = (text: unknown) =>
  [...new Set([...String(text).matchAll(/\{(\w+)[,}]/g)].map((match) => match[1]))].sort();

describe('the message files', () => {
  it('hold the same keys in every language', () => {
    expect(paths(zh).sort()).toEqual(paths(en).sort());
  });

  it.each(paths(en))('take the same values: %s', (path) => {
    expect(argumentsOf(textAt(zh, path))).toEqual(argumentsOf(textAt(en, path)));
  });

  it.each(paths(en))('leave no text empty: %s', (path) => {
    expect(String(textAt(en, path)).trim()).not.toBe('');
    expect(String(textAt(zh, path)).trim()).not.toBe('');
  });
});
