'use client';
import { ActionIcon, Button, Group, Modal, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
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
import styles from './views-dialog.module.css';

const saveViewMutation = graphql(`
  mutation SaveItemView($input: ItemViewInput!) {
    saveItemView(input: $input) { name }
  }
`);
const deleteViewMutation = graphql(`
  mutation DeleteItemView($name: String!) {
    deleteItemView(name: $name)
  }
`);

/** Saves the filters as they are under a name, and deletes views. Under a name that there is, it says so and replaces. */
export function ViewsDialog(props: {
  readonly filters: ItemFilters;
  readonly views: readonly ItemView[];
  readonly onClose: () => void;
}) {
  const t = useTranslations('views');
  const dialog = useTranslations('dialog');
  const queryClient = useQueryClient();
  const [name, setName] = useState('');
  const before = props.views.find((view) => view.name === name.trim());
  // also after a conflict: what somebody else saved meanwhile is then known
  const onSettled = () => queryClient.invalidateQueries({ queryKey: itemViewsKey });
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
    onSettled,
  });
  const remove = useMutation({
    mutationFn: (leaving: string) => request(deleteViewMutation, { name: leaving }),
    onSettled,
  });
  const failure = save.error ?? remove.error;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') save.mutate();
  };
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={t('manage')}
      closeButtonProps={{ 'aria-label': dialog('close') }}
    >
      {failure === null ? null : <ProblemNotice failure={asFailure(failure)} />}
      <form onSubmit={submit}>
        <TextInput
          label={t('name')}
          description={before === undefined ? t('nameHelp') : t('replaces', { who: before.changedBy })}
          value={name}
          maxLength={80}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Group justify="flex-end" mt="md">
          <Button type="submit" disabled={name.trim() === ''} loading={save.isPending}>
            {t(before === undefined ? 'save' : 'replace')}
          </Button>
        </Group>
      </form>
      {props.views.length === 0 ? null : (
        <ul className={styles.views} aria-label={t('title')}>
          {props.views.map((view) => (
            <li key={view.name} className={styles.view}>
              <span>{view.name}</span>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t('delete', { name: view.name })}
                loading={remove.isPending && remove.variables === view.name}
                onClick={() => remove.mutate(view.name)}
              >
                <IconTrash size={16} />
              </ActionIcon>
            </li>
          ))}
        </ul>
      )}
    </Modal>
  );
}
