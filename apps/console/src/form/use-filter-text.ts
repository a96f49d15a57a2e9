'use client';
import { useFormatter, useTranslations } from 'next-intl';
import { clausesOf, type Operator } from './filter-clauses';
import { useFilterWords } from './use-filter-words';

const signs: Partial<Record<Operator, string>> = { gte: '≥', gt: '>', lte: '≤', lt: '<' };

/** A filter in words; null when there is none. */
export function useFilterText(): (filter: unknown) => string | null {
  const t = useTranslations('forms');
  const format = useFormatter();
  const words = useFilterWords();
  const list = (texts: readonly string[]) => format.list(texts, { type: 'conjunction' });
  const any = (texts: readonly string[]) => format.list(texts, { type: 'disjunction' });
  return (filter) => {
    if (filter === undefined) return null;
    const rows = clausesOf(filter);
    if (rows === null) return t('nestedFilter');
    const parts = rows.clauses.map(({ field, operator, values }) => {
      const name = words.field(field);
      const shown = any(values.map((value) => words.value(field, value)));
      return signs[operator] === undefined
        ? t(operator === 'in' ? 'fieldIn' : 'fieldNotIn', { field: name, values: shown })
        : `${name} ${signs[operator]} ${shown}`;
    });
    return rows.joinedBy === 'all' ? list(parts) : any(parts);
  };
}
