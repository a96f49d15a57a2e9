'use client';
import { useTranslations } from 'next-intl';
import { ConfirmDialog } from '@/design/confirm-dialog';

/** Asks before something typed is lost. */
export function LeaveDialog(props: { readonly onStay: () => void; readonly onLeave: () => void }) {
  const t = useTranslations('itemForm');
  return (
    <ConfirmDialog
      opened
      title={t('leaveTitle')}
      text={t('leaveText')}
      action={t('leave')}
      pending={false}
      failure={null}
      onConfirm={props.onLeave}
      onClose={props.onStay}
    />
  );
}
