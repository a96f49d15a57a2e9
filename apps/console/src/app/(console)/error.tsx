'use client';
import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { Empty } from '@/design/empty';

/** A page that throws while drawing: the navigation around it stays. */
export default function PageFailed({
  error,
  reset,
}: {
  readonly error: Error & { digest?: string };
  readonly reset: () => void;
}) {
  const t = useTranslations('shell');
  return (
    <Empty
      icon={<IconAlertTriangle size={24} />}
      title={t('pageFailed')}
      text={t('pageFailedText', { reference: error.digest ?? error.message })}
      action={<Button onClick={reset}>{t('tryAgain')}</Button>}
    />
  );
}
