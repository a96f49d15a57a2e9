'use client';
import { Button, Menu } from '@mantine/core';
import { IconBookmark } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ConfirmDialog } from '@/design/confirm-dialog';
import { graphql } from '@/generated';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import { useMay } from '@/session/use-may';
import type { ItemFilters } from './item-filters';
import { itemViewsKey, useItemViews } from './use-item-views';

const SaveViewDialog = dynamic(() => import('./save-view-dialog').then((module) => module.SaveViewDialog));

const deleteViewMutation = graphql(`
  mutation DeleteItemView($name: String!) {
    deleteItemView(name: $name)
  }
`);

/** Filters under a name, for everybody of the catalogue: chosen, saved and deleted. */
export function SavedViews(props: {
  readonly filters: ItemFilters;
  readonly onChoose: (filters: ItemFilters) => void;
}) {
  const t = useTranslations('views');
  const queryClient = useQueryClient();
  const views = useItemViews();
  const may = useMay('MERCHANDISER');
  const [saving, setSaving] = useState(false);
  const [leaving, setLeaving] = useState<string | null>(null);
  const remove = useMutation({
    mutationFn: (name: string) => request(deleteViewMutation, { name }),
    onSuccess: () => setLeaving(null),
    onSettled: () => queryClient.invalidateQueries({ queryKey: itemViewsKey }),
  });
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
              <Menu.Item onClick={() => setSaving(true)}>{t('save')}</Menu.Item>
              {(views.data?.length ?? 0) === 0 ? null : (
                <Menu.Sub>
                  <Menu.Sub.Target>
                    <Menu.Sub.Item>{t('delete')}</Menu.Sub.Item>
                  </Menu.Sub.Target>
                  <Menu.Sub.Dropdown>
                    {views.data?.map(({ name }) => (
                      <Menu.Item key={name} onClick={() => setLeaving(name)}>
                        {name}
                      </Menu.Item>
                    ))}
                  </Menu.Sub.Dropdown>
                </Menu.Sub>
              )}
            </>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {saving ? (
        <SaveViewDialog filters={props.filters} views={views.data ?? []} onClose={() => setSaving(false)} />
      ) : null}
      <ConfirmDialog
        opened={leaving !== null}
        title={t('deleteTitle', { name: leaving ?? '' })}
        text={t('deleteText')}
        action={t('delete')}
        pending={remove.isPending}
        failure={remove.error === null ? null : asFailure(remove.error)}
        onConfirm={() => leaving !== null && remove.mutate(leaving)}
        onClose={() => setLeaving(null)}
      />
    </>
  );
}
