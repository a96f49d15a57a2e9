'use client';
import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { Failure } from '@/graphql/failure';
import { ProblemNotice } from './problem-notice';

/** Asks why before something that others will want to understand later. What was typed outlives a failure. */
export function ReasonDialog(props: {
  readonly opened: boolean;
  readonly title: ReactNode;
  readonly text: ReactNode;
  readonly action: string;
  /** False: the field may stay empty. */
  readonly required?: boolean;
  readonly danger?: boolean;
  readonly placeholder?: string;
  readonly pending: boolean;
  readonly failure: Failure | null;
  readonly onConfirm: (reason: string) => void;
  readonly onClose: () => void;
  readonly children?: ReactNode;
}) {
  const t = useTranslations('dialog');
  const [isMissing, setMissing] = useState(false);
  const isRequired = props.required !== false;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get('reason')).trim();
    setMissing(isRequired && reason === '');
    if (!isRequired || reason !== '') props.onConfirm(reason);
  };
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.title}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          {props.failure === null ? null : <ProblemNotice failure={props.failure} />}
          <Text size="sm">{props.text}</Text>
          {props.children}
          <Textarea
            name="reason"
            label={t(isRequired ? 'reason' : 'reasonOptional')}
            description={t('reasonNote')}
            placeholder={props.placeholder ?? ''}
            error={isMissing ? t('reasonMissing') : null}
            maxLength={500}
            autosize
            minRows={2}
            data-autofocus
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>
              {t('cancel')}
            </Button>
            <Button
              type="submit"
              loading={props.pending}
              {...(props.danger === true ? { color: 'red.9' } : {})}
            >
              {props.action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
