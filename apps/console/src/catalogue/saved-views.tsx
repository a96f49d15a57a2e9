'use client';
import { Button, Menu } from '@mantine/core';
import { IconBookmark } from '@tabler/icons-react';
import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { asFailure } from '@/graphql/failure';
import { useMay } from '@/session/use-may';
import type { ItemFilters } from './item-filters';
import { useItemViews } from './use-item-views';

const ViewsDialog = dynamic(() => import('./views-dialog').then((module) => module.ViewsDialog));

/** Filters under a name, for everybody of the catalogue: one click each. */
export function SavedViews(props: {
  readonly filters: ItemFilters;
  readonly onChoose: (filters: ItemFilters) => void;
}) {
  const t = useTranslations('views');
  const views = useItemViews();
  const may = useMay('MERCHANDISER');
  const [managing, setManaging] = useState(false);
  return (
    <>
      <Menu position="bottom-end" width={280}>
        <Menu.Target>
          <Button variant="default" leftSection={<IconBookmark size={16} aria-hidden />}>
            {t('title')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {views.error !== null && views.data === undefined ? (
            <Menu.Label>{asFailure(views.error).message}</Menu.Label>
          ) : null}
          {views.data?.length === 0 ? <Menu.Label>{t('none')}</Menu.Label> : null}
          {views.data?.map(({ name, filters }) => (
            <Menu.Item key={name} onClick={() => props.onChoose(filters)}>
              {name}
            </Menu.Item>
          ))}
          {may ? (
            <>
              <Menu.Divider />
              <Menu.Item onClick={() => setManaging(true)}>{t('manage')}</Menu.Item>
            </>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {managing ? (
        <ViewsDialog filters={props.filters} views={views.data ?? []} onClose={() => setManaging(false)} />
      ) : null}
    </>
  );
}
