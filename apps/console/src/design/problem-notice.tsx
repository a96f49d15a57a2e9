'use client';
import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import type { Failure } from '@/graphql/failure';
import styles from './problem-notice.module.css';
import { useFailureText } from './use-failure-text';

/** What went wrong, what to do, and the id under which the server's log tells the rest. */
export function ProblemNotice(props: {
  readonly failure: Failure;
  readonly onRetry?: () => void;
  readonly retrying?: boolean;
}) {
  const t = useTranslations('problem');
  const text = useFailureText(props.failure);
  const { requestId } = props.failure.details;
  // the dialog above the page says so, and after signing in again it is true no more
  if (props.failure.isSignedOut) return null;
  return (
    <div className={styles.notice} role="alert">
      <IconAlertTriangle size={18} aria-hidden className={styles.icon} />
      <div className={styles.text}>
        <p>{text}</p>
        {requestId === undefined ? null : (
          <p className={styles.request}>
            {t('requestId')} <code>{requestId}</code>
          </p>
        )}
      </div>
      {props.onRetry === undefined ? null : (
        <Button size="xs" variant="default" onClick={props.onRetry} loading={props.retrying ?? false}>
          {t('retry')}
        </Button>
      )}
    </div>
  );
}
