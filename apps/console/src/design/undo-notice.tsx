'use client';
import { Button, CloseButton } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { asFailure } from '@/graphql/failure';
import { ProblemNotice } from './problem-notice';
import styles from './undo-notice.module.css';

/** Says what has just been done, and takes it back. */
export function UndoNotice(props: {
  readonly text: string;
  /** Once it is taken back. */
  readonly undone: string;
  readonly undo: () => Promise<unknown>;
  readonly onClose: () => void;
}) {
  const t = useTranslations('dialog');
  const undo = useMutation({ mutationFn: props.undo });
  return (
    <div className={styles.notice} role="status">
      <IconCheck size={16} aria-hidden />
      <span className={styles.text}>{undo.isSuccess ? props.undone : props.text}</span>
      {undo.isSuccess ? null : (
        <Button variant="subtle" size="compact-sm" loading={undo.isPending} onClick={() => undo.mutate()}>
          {t('undo')}
        </Button>
      )}
      <CloseButton size="sm" aria-label={t('close')} onClick={props.onClose} />
      {undo.error === null ? null : (
        <div className={styles.problem}>
          <ProblemNotice failure={asFailure(undo.error)} />
        </div>
      )}
    </div>
  );
}
