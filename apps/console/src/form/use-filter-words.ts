'use client';
import { useTranslations } from 'next-intl';
import { textOr } from '@/i18n/text-or';

/** Values that a field can have and no other; those of every other field are the catalogue's own. */
export const knownValues: Readonly<Record<string, readonly string[]>> = {
  coldness: ['COLD', 'WARMING', 'WARM'],
  status: ['ACTIVE', 'HIDDEN'],
};

/** What the fields of a filter and their known values are called in the reader's language. */
export function useFilterWords() {
  const t = useTranslations('forms');
  const coldness = useTranslations('coldness');
  const status = useTranslations('status');
  return {
    field(field: string): string {
      const [first = field, ...rest] = field.split('.');
      if (rest.length === 0) return textOr(t, `fieldNames.${field}`, field);
      const inner = rest.join('.');
      if (first === 'events') return t('eventsOfType', { type: textOr(t, `eventTypes.${inner}`, inner) });
      return first === 'attributes' ? inner : field;
    },
    value(field: string, value: string): string {
      if (knownValues[field]?.includes(value) !== true) return value;
      return field === 'coldness' ? textOr(coldness, value, value) : textOr(status, value, value);
    },
  };
}
