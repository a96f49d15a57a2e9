'use client';
import { Button, CloseButton } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { ProblemNotice } from '@/design/problem-notice';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import { draftOfItem, type ItemFields, inputOfItem } from './item-draft';
import styles from './item-drawer.module.css';
import { saveItemMutation } from './save-item';

/** Says that an item was saved, and takes the save back as long as nobody has changed the item since. */
export function ItemSaved(props: {
  readonly before: ItemFields;
  readonly revision: string;
  readonly onClose: () => void;
}) {
  const t = useTranslations('itemForm');
  const dialog = useTranslations('dialog');
  const queryClient = useQueryClient();
  const undo = useMutation({
    mutationFn: () =>
      request(saveItemMutation, {
        input: inputOfItem(draftOfItem(props.before)),
        expectedRevision: props.revision,
      }),
    onSuccess: () =>
      Promise.all(
        ['items', 'item', 'encoding-progress'].map((key) =>
          queryClient.invalidateQueries({ queryKey: [key] }),
        ),
      ),
  });
  return (
    <div className={styles.saved} role="status">
      <IconCheck size={16} aria-hidden />
      <span className={styles.savedText}>{undo.isSuccess ? t('undone') : t('saved')}</span>
      {undo.isSuccess ? null : (
        <Button variant="subtle" size="compact-sm" loading={undo.isPending} onClick={() => undo.mutate()}>
          {t('undo')}
        </Button>
      )}
      <CloseButton size="sm" aria-label={dialog('close')} onClick={props.onClose} />
      {undo.error === null ? null : (
        <div className={styles.savedProblem}>
          <ProblemNotice failure={asFailure(undo.error)} />
        </div>
      )}
    </div>
  );
}
