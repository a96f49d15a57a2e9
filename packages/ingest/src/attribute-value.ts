import type { JsonValue } from '@kindling/domain';
import { parseJson } from './parse-list.js';

const number = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/;

/**
 * The typed value of an unmapped cell: a number where its text is the usual way to write one (007 and long codes stay
 * text), true and false, JSON lists and objects; else text. A formula (=1+1) is text like any other: it is escaped
 * when it leaves in a CSV file. Empty cells say nothing.
 */
export function attributeValue(text: string): JsonValue | undefined {
  const value = text.trim();
  if (value === '') return undefined;
  const first = value.charCodeAt(0);
  // digits and the minus sign
  if ((first >= 48 && first <= 57) || first === 45) return number.test(value) ? Number(value) : value;
  if (value === 'true' || value === 'TRUE' || value === 'True') return true;
  if (value === 'false' || value === 'FALSE' || value === 'False') return false;
  // [ and {
  if (first === 91 || first === 123) {
    const parsed = parseJson(value);
    if (typeof parsed === 'object' && parsed !== null) return parsed as JsonValue;
  }
  return value;
}
