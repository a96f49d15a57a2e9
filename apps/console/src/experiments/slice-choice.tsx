'use client';
import { NativeSelect } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { parseAsString, useQueryState } from 'nuqs';
import { textOr } from '@/i18n/text-or';

/** By which trait slices are shown, of those there are: kept in the address. The control is null where there is no choice. */
export function useSliceChoice(slices: readonly { readonly dimension: string }[]) {
  const t = useTranslations('experiments');
  const [dimension, setDimension] = useQueryState('by', parseAsString.withDefault('coldness'));
  const known = [...new Set(slices.map((slice) => slice.dimension))];
  const nameOf = (value: string) => textOr(t, `dimension.${value}`, value);
  const chosen = known.includes(dimension) ? dimension : (known[0] ?? dimension);
  const control =
    known.length > 1 ? (
      <NativeSelect
        aria-label={t('sliceBy')}
        value={chosen}
        onChange={({ currentTarget }) => void setDimension(currentTarget.value)}
        data={known.map((value) => ({ value, label: nameOf(value) }))}
      />
    ) : null;
  return { chosen, name: nameOf(chosen), control };
}
