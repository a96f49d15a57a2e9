'use client';
import { useTranslations } from 'next-intl';
import { UndoNotice } from '@/design/undo-notice';

/** What was taken away on a tab, and how to bring it back. */
export interface Deleted {
  readonly name: string;
  readonly undo: () => Promise<unknown>;
}

/** Stands over the list from which something is gone. */
export function DeletedNotice(props: { readonly deleted: Deleted | null; readonly onClose: () => void }) {
  const t = useTranslations('editor');
  const { deleted } = props;
  return deleted === null ? null : (
    <UndoNotice
      text={t('deleted', { name: deleted.name })}
      undone={t('restored', { name: deleted.name })}
      undo={deleted.undo}
      onClose={props.onClose}
    />
  );
}
