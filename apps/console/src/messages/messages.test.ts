import { describe, expect, it } from 'vitest';
import en from './en.json' with { type: 'json' };
import zh from './zh-CN.json' with { type: 'json' };

type Messages = { readonly [key: string]: string | Messages };

/** Every text by its path, such as `import.step1`. */
const textsOf = (messages: Messages, above = ''): Map<string, string> =>
  new Map(
    Object.entries(messages).flatMap(([key, value]) =>
      typeof value === 'string'
        ? [[`${above}${key}`, value] as const]
        : [...textsOf(value, `${above}${key}.`)],
    ),
  );
/** The names in a message's braces, its plural branches left aside. */
const valuesOf = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)[,}]/g)].map(([, name]) => name))].sort();
const english = textsOf(en);
const chinese = textsOf(zh);

describe('the message files', () => {
  it('hold the same keys in every language', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it('take the same values in every language', () => {
    const values = (texts: Map<string, string>) =>
      Object.fromEntries([...texts].map(([path, text]) => [path, valuesOf(text)] as const));
    expect(values(chinese)).toEqual(values(english));
  });

  it('leave no text empty', () => {
    expect([...english, ...chinese].filter(([, text]) => text.trim() === '')).toEqual([]);
  });
});
