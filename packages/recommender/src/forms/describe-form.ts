import type { JsonObject, JsonValue } from '@kindling/domain';
import { z } from 'zod';
import type { Locale } from '../explain/message.js';
import en from './messages/en.json' with { type: 'json' };
import zhCN from './messages/zh-CN.json' with { type: 'json' };

const files: Readonly<Record<Locale, Readonly<Record<string, string>>>> = { en, 'zh-CN': zhCN };

/** A text of a form: schemas are written in English, and that text is its key in the other message files. */
export const formText = (text: string, locale: Locale): string => files[locale][text] ?? text;

const wordings = ['label', 'help', 'unit'];

/**
 * The arguments that a schema takes, as JSON Schema with label, help and unit of each in that language, and an
 * `optionLabels` beside every `enum`: all that a form needs which knows nothing of what it edits.
 */
export function describeForm(schema: z.ZodType, locale: Locale): JsonObject {
  return translated(z.toJSONSchema(schema, { io: 'input' }) as JsonObject, locale);
}

function translated(node: JsonObject, locale: Locale): JsonObject {
  const entries = Object.entries(node).map(([key, value]): [string, JsonValue] => [
    key,
    wordings.includes(key) && typeof value === 'string' ? formText(value, locale) : deeper(value, locale),
  ]);
  const { enum: options } = node;
  if (!Array.isArray(options)) return Object.fromEntries(entries);
  const optionLabels = options.map((option) => formText(`option.${option}`, locale));
  return Object.fromEntries([...entries, ['optionLabels', optionLabels]]);
}

function deeper(value: JsonValue, locale: Locale): JsonValue {
  if (Array.isArray(value)) return value.map((one: JsonValue) => deeper(one, locale));
  return typeof value === 'object' && value !== null ? translated(value as JsonObject, locale) : value;
}
