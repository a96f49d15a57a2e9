'use client';
import { MultiSelect } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useItemSearch } from '@/catalogue/use-item-search';
import { useItemTitles } from '@/catalogue/use-item-titles';

/** Picks items by searching for them. Ids that came with a link get their titles here. */
export function LikedItems(props: {
  readonly ids: readonly string[];
  readonly onChange: (ids: string[]) => void;
}) {
  const t = useTranslations('preview');
  const [words, setWords] = useState('');
  const [settled] = useDebouncedValue(words.trim(), 200);
  const found = useItemSearch(settled, { enabled: true });
  const options = new Map(useItemTitles(props.ids));
  for (const item of words.trim() === '' ? [] : (found.data ?? [])) options.set(item.id, item.title);
  return (
    <MultiSelect
      label={t('liked')}
      description={t('likedNote')}
      placeholder={props.ids.length === 0 ? t('likedPlaceholder') : ''}
      data={[...options].map(([value, label]) => ({ value, label }))}
      value={[...props.ids]}
      onChange={(ids) => {
        props.onChange(ids);
        setWords('');
      }}
      searchable
      searchValue={words}
      onSearchChange={setWords}
      hidePickedOptions
      // The API has searched already; filtering its answer again would lose what it found by other words.
      filter={({ options: all }) => all}
      nothingFoundMessage={
        words.trim() === '' ? t('likedType') : found.isFetching ? t('searching') : t('likedNothing')
      }
    />
  );
}
