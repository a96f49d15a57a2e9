import type { Message } from '../ranking.js';
import en from './messages/en.json' with { type: 'json' };
import zhCN from './messages/zh-CN.json' with { type: 'json' };

export const locales = ['en', 'zh-CN'] as const;
export type Locale = (typeof locales)[number];

const files: Readonly<Record<Locale, Readonly<Record<string, string>>>> = { en, 'zh-CN': zhCN };

/** The language we have for a BCP 47 tag or an Accept-Language header; English where we have none. */
export function localeOf(tag: string | null | undefined): Locale {
  return /^zh(?![a-z])/i.test((tag ?? '').trim()) ? 'zh-CN' : 'en';
}

export const hasMessage = (key: string, locale: Locale = 'en') => files[locale][key] !== undefined;

/**
 * A sentence from the message files. Two forms of ICU MessageFormat are understood: {name}, and
 * {name, plural, one {# day} other {# days}}. Values are put in as they are: whoever renders HTML escapes.
 */
export function sentence({ key, values }: Message, locale: Locale): string {
  const pattern = files[locale][key] ?? files.en[key];
  if (pattern === undefined) throw new Error(`There is no message "${key}"`);
  return pattern.replace(placeholder, (_, name: string, one?: string, other?: string) => {
    const value = values[name] ?? '';
    if (one === undefined || other === undefined) return String(value);
    return (Number(value) === 1 ? one : other).replace('#', String(value));
  });
}

const placeholder = /\{(\w+)(?:, plural, one \{([^{}]*)\} other \{([^{}]*)\})?\}/g;
