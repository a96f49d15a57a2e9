'use client';
import { useFormatter, useTranslations } from 'next-intl';
import { textOr } from '@/i18n/text-or';
import { saysNothing } from './says-nothing';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** An id that nobody reads needs no more than what tells it from others. */
const shortened = (text: string) => (uuid.test(text) ? `${text.slice(0, 8)}…` : text);

/** What stands in an entry of the audit log, in words: its target, and its details by name. */
export function useAuditText() {
  const t = useTranslations('audit');
  const keys = useTranslations('keys');
  const format = useFormatter();
  const text = (value: unknown): string => {
    if (typeof value === 'boolean') return t(value ? 'yes' : 'no');
    if (typeof value === 'number') return format.number(value);
    if (typeof value === 'string') return textOr(t, `values.${value.replaceAll('.', '-')}`, shortened(value));
    if (Array.isArray(value)) return value.map(text).join(', ');
    return JSON.stringify(value);
  };
  return {
    target: (target: string) => textOr(t, `values.${target.replaceAll('.', '-')}`, shortened(target)),
    /** Null where it says nothing: no value, an empty list. */
    detail(name: string, value: unknown): string | null {
      if (saysNothing(value)) return null;
      const words =
        name === 'scopes' && Array.isArray(value)
          ? value.map((scope) => textOr(keys, `scopes.${scope}`, String(scope)))
          : value;
      return t('detail', { name: textOr(t, `details.${name}`, name), value: text(words) });
    },
  };
}
