'use client';
import { CloseButton, Kbd, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import styles from './item-filter-bar.module.css';
import { encodingStates, type ItemFilters, itemSorts, itemStatuses } from './item-filters';
import { SavedViews } from './saved-views';

export function ItemFilterBar(props: {
  readonly filters: ItemFilters;
  readonly onChange: (change: Partial<ItemFilters>) => void;
}) {
  const t = useTranslations('catalogue');
  const statuses = useTranslations('status');
  const encodings = useTranslations('encoding');
  const sorts = useTranslations('sort');
  const { filters, onChange } = props;
  const [words, setWords] = useState(filters.q);
  const search = useDebouncedCallback((q: string) => onChange({ q }), 250);
  useEffect(() => setWords(filters.q), [filters.q]);

  return (
    <search className={styles.bar}>
      <TextInput
        className={styles.search}
        data-page-search
        aria-label={t('searchLabel')}
        placeholder={t('searchPlaceholder')}
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSection={
          words === '' ? (
            <Kbd size="xs" aria-hidden>
              /
            </Kbd>
          ) : (
            <CloseButton
              size="sm"
              aria-label={t('clearSearch')}
              onClick={() => {
                setWords('');
                onChange({ q: '' });
              }}
            />
          )
        }
        value={words}
        onChange={(event) => {
          setWords(event.currentTarget.value);
          search(event.currentTarget.value);
        }}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
      />
      <Select
        aria-label={t('status')}
        data={[
          { value: '', label: t('anyStatus') },
          ...itemStatuses.map((value) => ({ value, label: statuses(value) })),
        ]}
        value={filters.status ?? ''}
        allowDeselect={false}
        onChange={(value) => onChange({ status: itemStatuses.find((status) => status === value) ?? null })}
      />
      <Select
        aria-label={t('encoding')}
        data={[
          { value: '', label: t('anyEncoding') },
          ...encodingStates.map((value) => ({ value, label: encodings(value) })),
        ]}
        value={filters.encoding ?? ''}
        allowDeselect={false}
        onChange={(value) => onChange({ encoding: encodingStates.find((state) => state === value) ?? null })}
      />
      <Select
        className={styles.sort}
        aria-label={t('sort')}
        data={itemSorts.map((value) => ({ value, label: sorts(value) }))}
        value={filters.sort}
        allowDeselect={false}
        onChange={(value) => onChange({ sort: itemSorts.find((sort) => sort === value) ?? 'NEWEST' })}
      />
      <SavedViews filters={filters} onChoose={onChange} />
    </search>
  );
}
