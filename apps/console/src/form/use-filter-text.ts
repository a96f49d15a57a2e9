'use client';
import { useFormatter, useTranslations } from 'next-intl';
import { clausesOf, type Operator } from './filter-clauses';

const signs: Partial<Record<Operator, string>> = { gte: '≥', gt: '>', lte: '≤', lt: '<' };

/** A filter in words; null when there is none. */
export function useFilterText(): (filter: unknown) => string | null {
  const t = useTranslations('forms');
  const format = useFormatter();
  const list = (texts: readonly string[]) => format.list(texts, { type: 'conjunction' });
  const any = (texts: readonly string[]) => format.list(texts, { type: 'disjunction' });
  return (filter) => {
    if (filter === undefined) return null;
    const rows = clausesOf(filter);
    if (rows === null) return t('nestedFilter');
    const parts = rows.clauses.map(({ field, operator, values }) => {
      const shown = any(values);
      return signs[operator] === undefined
        ? t(operator === 'in' ? 'fieldIn' : 'fieldNotIn', { field, values: shown })
        : `${field} ${signs[operator]} ${shown}`;
    });
    return rows.joinedBy === 'all' ? list(parts) : any(parts);
  };
}
