'use client';
import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useTranslations } from 'next-intl';
import { type ReactNode, useState } from 'react';
import { useItemSearch } from '@/catalogue/use-item-search';
import { useItemTitles } from '@/catalogue/use-item-titles';

/** Picks one item by searching for it. */
export function ItemPicker(props: {
  readonly label: string;
  readonly description: string | null;
  readonly error: ReactNode;
  readonly withAsterisk: boolean;
  readonly id: string;
  readonly onChange: (id: string | undefined) => void;
}) {
  const t = useTranslations('preview');
  const titles = useItemTitles(props.id === '' ? [] : [props.id]);
  const chosen = titles.get(props.id) ?? '';
  // what is typed; null while nothing is, so that the field shows the chosen title
  const [typed, setTyped] = useState<string | null>(null);
  const words = (typed ?? '').trim();
  const [settled] = useDebouncedValue(words, 200);
  const found = useItemSearch(settled, { enabled: true });
  const options = new Map(titles);
  for (const item of words === '' ? [] : (found.data ?? [])) options.set(item.id, item.title);
  return (
    <Select
      label={props.label}
      description={props.description}
      error={props.error}
      withAsterisk={props.withAsterisk}
      placeholder={t('likedPlaceholder')}
      data={[...options].map(([value, label]) => ({ value, label }))}
      value={props.id === '' ? null : props.id}
      onChange={(id) => {
        props.onChange(id ?? undefined);
        setTyped(null);
      }}
      searchable
      searchValue={typed ?? chosen}
      onSearchChange={(text) => setTyped(text === chosen ? null : text)}
      onBlur={() => setTyped(null)}
      filter={({ options: all }) => all}
      nothingFoundMessage={
        words === '' ? t('likedType') : found.isFetching ? t('searching') : t('likedNothing')
      }
    />
  );
}
