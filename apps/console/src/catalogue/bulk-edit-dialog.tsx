'use client';
import { Button, Group, Modal, Select, TagsInput, TextInput } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { ProblemNotice } from '@/design/problem-notice';
import type { ItemSelectionInput } from '@/generated/graphql';
import { asFailure } from '@/graphql/failure';
import styles from './bulk-edit-bar.module.css';
import {
  asksForName,
  asksForValue,
  asksForValues,
  editKinds,
  editOf,
  emptyDraft,
  type ItemEditDraft,
} from './item-edit-draft';
import { itemStatuses } from './item-filters';
import { useSelectedCount, useStartEdit } from './use-item-edits';

/** One change to many items: what it is, and how many items it is about before it is made. */
export function BulkEditDialog(props: {
  readonly selection: ItemSelectionInput;
  readonly onClose: () => void;
  readonly onStarted: (editId: string) => void;
}) {
  const t = useTranslations('bulk');
  const dialog = useTranslations('dialog');
  const statuses = useTranslations('status');
  const [draft, setDraft] = useState<ItemEditDraft>(emptyDraft);
  const set = (change: Partial<ItemEditDraft>) => setDraft({ ...draft, ...change });
  const count = useSelectedCount(props.selection, true);
  const start = useStartEdit(props.onStarted);
  const edit = editOf(draft);
  const failure = start.error ?? count.error;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (edit !== null) start.mutate({ selection: props.selection, edit });
  };
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={t('editTitle')}
      closeButtonProps={{ 'aria-label': dialog('close') }}
    >
      <form onSubmit={submit} className={styles.fields}>
        {failure === null ? null : <ProblemNotice failure={asFailure(failure)} />}
        <Select
          label={t('change')}
          data={editKinds.map((kind) => ({ value: kind, label: t(`kinds.${kind}`) }))}
          value={draft.kind}
          allowDeselect={false}
          data-autofocus
          onChange={(value) => set({ kind: editKinds.find((kind) => kind === value) ?? draft.kind })}
        />
        {draft.kind === 'SET_STATUS' ? (
          <Select
            label={t('status')}
            data={itemStatuses.map((status) => ({ value: status, label: statuses(status) }))}
            value={draft.status}
            allowDeselect={false}
            onChange={(value) => set({ status: value === 'ACTIVE' ? 'ACTIVE' : 'HIDDEN' })}
          />
        ) : null}
        {asksForValues(draft.kind) ? (
          <TagsInput
            label={t(draft.kind.endsWith('_TAGS') ? 'tags' : 'categories')}
            description={t('valuesHelp')}
            value={[...draft.values]}
            onChange={(values) => set({ values })}
          />
        ) : null}
        {asksForName(draft.kind) ? (
          <TextInput
            label={t('attribute')}
            value={draft.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
        ) : null}
        {asksForValue(draft.kind) ? (
          <TextInput
            label={t('value')}
            description={t('valueHelp')}
            value={draft.value}
            onChange={(event) => set({ value: event.currentTarget.value })}
          />
        ) : null}
        <p className={styles.note} role="status">
          {count.data === undefined ? t('counting') : t('preview', { count: count.data })}
        </p>
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose}>
            {dialog('cancel')}
          </Button>
          <Button type="submit" disabled={edit === null || count.data === 0} loading={start.isPending}>
            {t('apply', { count: count.data ?? 0 })}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
