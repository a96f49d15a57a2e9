'use client';
import { Button } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import { type ReactNode, useState } from 'react';
import type { ItemSelectionInput } from '@/generated/graphql';
import { useMay } from '@/session/use-may';
import styles from './bulk-edit-bar.module.css';

// Few who look at items change many of them: the dialogs are loaded when they are opened.
const BulkEditDialog = dynamic(() => import('./bulk-edit-dialog').then((module) => module.BulkEditDialog));
const BulkDeleteDialog = dynamic(() =>
  import('./bulk-delete-dialog').then((module) => module.BulkDeleteDialog),
);

/** What can be done with the selected items, all at once. */
export function BulkEditBar(props: {
  readonly selection: ItemSelectionInput;
  readonly count: number;
  /** Beside the count: a way to select more. */
  readonly more?: ReactNode;
  readonly onClear: () => void;
  readonly onStarted: (editId: string) => void;
}) {
  const t = useTranslations('bulk');
  const may = useMay('MERCHANDISER');
  const [open, setOpen] = useState<'edit' | 'delete' | null>(null);
  const started = (id: string) => {
    setOpen(null);
    props.onStarted(id);
  };
  const shared = { selection: props.selection, onClose: () => setOpen(null), onStarted: started };
  return (
    <section className={styles.bar} aria-label={t('title')}>
      <strong role="status">{t('selected', { count: props.count })}</strong>
      {props.more}
      <span className={styles.actions}>
        {may ? (
          <>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPencil size={14} aria-hidden />}
              onClick={() => setOpen('edit')}
            >
              {t('edit')}
            </Button>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconTrash size={14} aria-hidden />}
              onClick={() => setOpen('delete')}
            >
              {t('delete')}
            </Button>
          </>
        ) : null}
        <Button size="xs" variant="subtle" onClick={props.onClear}>
          {t('clear')}
        </Button>
      </span>
      {open === 'edit' ? <BulkEditDialog {...shared} /> : null}
      {open === 'delete' ? <BulkDeleteDialog {...shared} /> : null}
    </section>
  );
}
