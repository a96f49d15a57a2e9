'use client';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCheck } from '@tabler/icons-react';
import type { UseMutationResult } from '@tanstack/react-query';
import { useNow, useTranslations } from 'next-intl';
import { ConfirmDialog } from '@/design/confirm-dialog';
import { JobStatusTag } from '@/design/job-status-tag';
import { Meter } from '@/design/meter';
import { Panel } from '@/design/panel';
import { useDuration } from '@/design/use-duration';
import type { JobStatus } from '@/generated/graphql';
import { asFailure } from '@/graphql/failure';
import styles from './run-progress.module.css';

/**
 * Long work of a worker while people look on: its steps in order, how far it is, how fast, and until when; and the way
 * to end it.
 */
export function RunProgress(props: {
  readonly title: string;
  readonly note: string;
  readonly run: {
    readonly id: string;
    readonly status: JobStatus;
    readonly done: number;
    readonly total: number;
    readonly faults: number;
    readonly startedAt?: string | null | undefined;
  };
  readonly steps: readonly { readonly id: string; readonly label: string }[];
  /** The step under way; null: it waits for a worker. */
  readonly step: string | null;
  /** How far it is, in words. */
  readonly text: string;
  /** How fast, and until when; empty while that cannot be said. */
  readonly pace: readonly string[];
  readonly reconnecting: boolean;
  /** Null: who looks on may not. */
  readonly cancel: null | {
    readonly action: string;
    readonly title: string;
    readonly text: string;
    readonly mutation: Pick<UseMutationResult<unknown, Error, string>, 'mutate' | 'isPending' | 'error'>;
  };
}) {
  const { run, steps, cancel } = props;
  const t = useTranslations('run');
  const duration = useDuration();
  const now = useNow({ updateInterval: 1_000 });
  const [asking, ask] = useDisclosure(false);
  const at = steps.findIndex(({ id }) => id === props.step);
  const seconds = run.startedAt == null ? null : (now.getTime() - Date.parse(run.startedAt)) / 1_000;
  return (
    <Panel
      title={props.title}
      note={props.note}
      action={
        <div className={styles.action}>
          <JobStatusTag status={run.status} />
          {cancel === null ? null : (
            <Button size="xs" variant="default" onClick={ask.open}>
              {cancel.action}
            </Button>
          )}
        </div>
      }
    >
      <ol className={styles.stages}>
        {steps.map(({ id, label }, position) => (
          <li
            key={id}
            className={styles.stage}
            data-state={position < at ? 'done' : position === at ? 'now' : 'next'}
            aria-current={position === at ? 'step' : undefined}
          >
            <span className={styles.dot} aria-hidden>
              {position < at ? <IconCheck size={12} stroke={3} /> : position + 1}
            </span>
            {label}
            {position < at ? <span className="visually-hidden">{t('stepDone')}</span> : null}
          </li>
        ))}
      </ol>
      <Meter
        value={run.total > 0 ? run.done : 0}
        of={run.total}
        label={steps[at]?.label ?? props.title}
        text={props.text}
        live
      />
      <p className={styles.numbers}>
        <span>{props.text}</span>
        {props.pace.map((part) => (
          <span key={part}>{part}</span>
        ))}
        {seconds === null || seconds < 0 ? null : <span>{t('elapsed', { time: duration(seconds) })}</span>}
        {run.faults > 0 ? <span>{t('faults', { count: run.faults })}</span> : null}
        {props.reconnecting ? <span>{t('reconnecting')}</span> : null}
      </p>
      {cancel === null ? null : (
        <ConfirmDialog
          opened={asking}
          title={cancel.title}
          text={cancel.text}
          action={cancel.action}
          pending={cancel.mutation.isPending}
          failure={cancel.mutation.error === null ? null : asFailure(cancel.mutation.error)}
          onConfirm={() => cancel.mutation.mutate(run.id, { onSuccess: ask.close })}
          onClose={ask.close}
        />
      )}
    </Panel>
  );
}
