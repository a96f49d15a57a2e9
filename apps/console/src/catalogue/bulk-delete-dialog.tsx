'use client';
import { useTranslations } from 'next-intl';
import { ConfirmDialog } from '@/design/confirm-dialog';
import type { ItemSelectionInput } from '@/generated/graphql';
import { asFailure } from '@/graphql/failure';
import { useSelectedCount, useStartEdit } from './use-item-edits';

/** Deleting is asked for by itself, with the number of items in the question. */
export function BulkDeleteDialog(props: {
  readonly selection: ItemSelectionInput;
  readonly onClose: () => void;
  readonly onStarted: (editId: string) => void;
}) {
  const t = useTranslations('bulk');
  const count = useSelectedCount(props.selection, true);
  const start = useStartEdit(props.onStarted);
  const failure = start.error ?? count.error;
  return (
    <ConfirmDialog
      opened
      title={t('deleteTitle')}
      text={count.data === undefined ? t('counting') : t('deleteText', { count: count.data })}
      action={t('delete')}
      pending={start.isPending || count.data === undefined}
      failure={failure === null ? null : asFailure(failure)}
      onConfirm={() => start.mutate({ selection: props.selection, edit: { kind: 'DELETE' } })}
      onClose={props.onClose}
    />
  );
}
