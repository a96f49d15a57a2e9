'use client';
import { Button, Group, Modal, Text } from '@mantine/core';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { Failure } from '@/graphql/failure';
import { ProblemNotice } from './problem-notice';

/** Asks before something that cannot be taken back. Says what happens, not "are you sure". */
export function ConfirmDialog(props: {
  readonly opened: boolean;
  readonly title: ReactNode;
  readonly text: ReactNode;
  readonly action: string;
  readonly pending: boolean;
  readonly failure: Failure | null;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}) {
  const t = useTranslations('dialog');
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.title}
      closeButtonProps={{ 'aria-label': t('close') }}
      // over a drawer it would be a second banner of the page
      attributes={{ header: { role: 'presentation' } }}
    >
      {props.failure === null ? null : <ProblemNotice failure={props.failure} />}
      <Text size="sm" mb="lg">
        {props.text}
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={props.onClose} data-autofocus>
          {t('cancel')}
        </Button>
        <Button color="red.9" onClick={props.onConfirm} loading={props.pending}>
          {props.action}
        </Button>
      </Group>
    </Modal>
  );
}
