'use client';
import { Button, CloseButton } from '@mantine/core';
import { useFormatter, useTranslations } from 'next-intl';
import { Meter } from '@/design/meter';
import { ProblemNotice } from '@/design/problem-notice';
import { asFailure } from '@/graphql/failure';
import { useMay } from '@/session/use-may';
import { editKinds } from './item-edit-draft';
import styles from './item-edit-progress.module.css';
import { hasEnded, type ItemEdit, useItemEdit, useUndoEdit } from './use-item-edits';

/** How far an edit of many items has come, what became of them, and the way back. */
export function ItemEditProgress(props: {
  readonly id: string | null;
  readonly onOther: (id: string | null) => void;
}) {
  const t = useTranslations('bulk');
  const query = useItemEdit(props.id);
  const undo = useUndoEdit(props.onOther);
  const may = useMay('MERCHANDISER');
  if (props.id === null) return null;
  const failure = undo.error ?? (query.data === undefined ? query.error : null);
  const edit = query.data;
  return (
    <section className={styles.strip} aria-label={t('progress')}>
      {failure === null ? null : (
        <ProblemNotice
          failure={asFailure(failure)}
          onRetry={() => void query.refetch()}
          retrying={query.isFetching}
        />
      )}
      {edit === undefined ? null : (
        <>
          <div className={styles.words}>
            <EditWords edit={edit} />
            {edit.canUndo && may ? (
              <Button
                size="xs"
                variant="default"
                loading={undo.isPending}
                onClick={() => undo.mutate(edit.id)}
              >
                {t('undo')}
              </Button>
            ) : null}
            <CloseButton size="sm" aria-label={t('dismiss')} onClick={() => props.onOther(null)} />
          </div>
          {hasEnded(edit) ? null : (
            <Meter
              value={edit.done}
              of={Math.max(1, edit.total)}
              label={t('progress')}
              text={t('doneOf', { done: edit.done, total: edit.total })}
              live
            />
          )}
          {edit.refusedItems.length === 0 ? null : (
            <details>
              <summary>{t('refusedWhy')}</summary>
              <ul className={styles.refused}>
                {edit.refusedItems.map(({ id, reason }) => (
                  <li key={id}>
                    <code>{id}</code> {reason}
                  </li>
                ))}
              </ul>
            </details>
          )}
        </>
      )}
    </section>
  );
}

function EditWords({ edit }: { readonly edit: ItemEdit }) {
  const t = useTranslations('bulk');
  const format = useFormatter();
  const kind = (['DELETE', ...editKinds] as const).find((one) => one === edit.edit?.kind);
  const what = kind === undefined ? t('takenBack') : t(`kinds.${kind}`);
  return (
    <div className={styles.text} role="status">
      <strong>{what}</strong>
      <span className="number">
        {hasEnded(edit)
          ? t('result', { changed: edit.changed, unchanged: edit.unchanged, refused: edit.refused })
          : t('doneOf', { done: format.number(edit.done), total: format.number(edit.total) })}
      </span>
      {edit.error == null ? null : (
        <span className={styles.error} role="alert">
          {t('brokeOff')} {edit.error}
        </span>
      )}
    </div>
  );
}
