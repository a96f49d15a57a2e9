'use client';
import { Button } from '@mantine/core';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import styles from './editor.module.css';

/** The foot of an editor: how it stands, and what to do with it. Stays in sight under a long form. */
export function EditorActions(props: {
  readonly version: number | null;
  readonly isDirty: boolean;
  readonly isSaving: boolean;
  /** What a save does to others. */
  readonly effect: ReactNode;
  readonly onDiscard: () => void;
}) {
  const t = useTranslations('editor');
  const { version, isDirty } = props;
  return (
    <div className={styles.actions}>
      <div className={styles.state}>
        <span aria-live="polite">
          {version === null ? t('new') : isDirty ? t('unsaved') : t('saved', { version })}
        </span>
        {isDirty && props.effect !== null ? <span className={styles.effect}>{props.effect}</span> : null}
      </div>
      <Button variant="default" disabled={!isDirty} onClick={props.onDiscard}>
        {version === null ? t('cancel') : t('discard')}
      </Button>
      <Button type="submit" disabled={!isDirty} loading={props.isSaving}>
        {version === null ? t('create') : t('save')}
      </Button>
    </div>
  );
}
