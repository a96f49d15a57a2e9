import type { Reason } from './decision.js';
import type { Warning } from './experiment-results.js';
import en from './messages/en.json' with { type: 'json' };
import zhCN from './messages/zh-CN.json' with { type: 'json' };

export type MessageLocale = 'en' | 'zh-CN';
const files: Readonly<Record<MessageLocale, Readonly<Record<string, string>>>> = { en, 'zh-CN': zhCN };

/** Why an advice is given, as a sentence. */
export function reasonSentence({ code, ...values }: Reason, locale: MessageLocale): string {
  return sentence(`reason.${code}`, values, locale);
}

export const warningSentence = ({ code, values }: Warning, locale: MessageLocale): string =>
  sentence(`warning.${code}`, values, locale);

export const adviceSentence = (advice: string, locale: MessageLocale): string =>
  sentence(`advice.${advice}`, {}, locale);

function sentence(
  key: string,
  values: Readonly<Record<string, string | number>>,
  locale: MessageLocale,
): string {
  const pattern = files[locale][key];
  if (pattern === undefined) throw new Error(`There is no message "${key}"`);
  return pattern.replace(/\{(\w+)\}/g, (_, name: string) => display(name, values[name] ?? ''));
}

const shares = new Set(['share', 'loss', 'most', 'taking', 'keeping']);

function display(name: string, value: string | number): string {
  if (typeof value === 'string') return value;
  if (shares.has(name)) return `${(100 * value).toPrecision(2)} %`;
  if (name !== 'p') return String(value);
  return value < 0.0001 ? value.toExponential(1) : value.toPrecision(2);
}
