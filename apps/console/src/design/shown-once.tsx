'use client';
import { Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';

/** A secret that is stored nowhere: this is the last look at it. */
export function ShownOnce(props: {
  readonly text: ReactNode;
  readonly value: string;
  readonly onDone: () => void;
}) {
  const t = useTranslations('dialog');
  return (
    <Stack gap="md">
      <Text size="sm">{props.text}</Text>
      <Code block style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
        {props.value}
      </Code>
      <Group justify="flex-end">
        <CopyButton value={props.value}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              onClick={copy}
              leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
            >
              {copied ? t('copied') : t('copy')}
            </Button>
          )}
        </CopyButton>
        <Button onClick={props.onDone}>{t('haveCopied')}</Button>
      </Group>
    </Stack>
  );
}
