'use client';
import { Modal } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { ShownOnce } from '@/design/shown-once';

/** What a receiver checks deliveries with, after it was made or rotated. */
export function WebhookSecretDialog(props: { readonly secret: string | null; readonly onClose: () => void }) {
  const t = useTranslations('webhooks');
  const dialog = useTranslations('dialog');
  return (
    <Modal
      opened={props.secret !== null}
      onClose={props.onClose}
      title={t('secretTitle')}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': dialog('close') }}
    >
      <ShownOnce text={t('secretText')} value={props.secret ?? ''} onDone={props.onClose} />
    </Modal>
  );
}
