'use client';
import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { ProblemNotice } from '@/design/problem-notice';
import { graphql } from '@/generated';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import type { ItemFilters } from './item-filters';
import { filterOf } from './item-selection';
import { type ItemView, itemViewsKey } from './use-item-views';

const saveViewMutation = graphql(`
  mutation SaveItemView($input: ItemViewInput!) {
    saveItemView(input: $input) { name }
  }
`);

/** Asks for the name of the filters as they are. Under a name that there is, it says so and replaces that view. */
export function SaveViewDialog(props: {
  readonly filters: ItemFilters;
  readonly views: readonly ItemView[];
  readonly onClose: () => void;
}) {
  const t = useTranslations('views');
  const dialog = useTranslations('dialog');
  const queryClient = useQueryClient();
  const [name, setName] = useState('');
  const before = props.views.find((view) => view.name === name.trim());
  const save = useMutation({
    mutationFn: () => {
      const { sort, ...filters } = props.filters;
      const input = {
        name,
        expectedVersion: before?.version ?? 0,
        filters: { ...filterOf(filters), ...(sort === 'NEWEST' ? {} : { sort }) },
      };
      return request(saveViewMutation, { input });
    },
    onSuccess: props.onClose,
    // also after a conflict: what somebody else saved meanwhile is then known
    onSettled: () => queryClient.invalidateQueries({ queryKey: itemViewsKey }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') save.mutate();
  };
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={t('save')}
      closeButtonProps={{ 'aria-label': dialog('close') }}
    >
      <form onSubmit={submit}>
        {save.error === null ? null : <ProblemNotice failure={asFailure(save.error)} />}
        <TextInput
          label={t('name')}
          description={before === undefined ? t('nameHelp') : t('replaces', { who: before.changedBy })}
          value={name}
          maxLength={80}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={props.onClose}>
            {dialog('cancel')}
          </Button>
          <Button type="submit" disabled={name.trim() === ''} loading={save.isPending}>
            {t(before === undefined ? 'saveAction' : 'replaceAction')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
