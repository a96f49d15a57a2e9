'use client';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCheck } from '@tabler/icons-react';
import { useFormatter, useNow, useTranslations } from 'next-intl';
import { ConfirmDialog } from '@/design/confirm-dialog';
import { JobStatusTag } from '@/design/job-status-tag';
import { Meter } from '@/design/meter';
import { Panel } from '@/design/panel';
import { useDuration } from '@/design/use-duration';
import type { TrainingStage } from '@/generated/graphql';
import { asFailure } from '@/graphql/failure';
import styles from './training-progress.module.css';
import { type TrainingRun, useCancelTraining, useStagePace } from './use-training';

const stages: readonly TrainingStage[] = [
  'COLLECT',
  'CLEAN',
  'NORMALISE',
  'SPLIT',
  'TRAIN',
  'EVALUATE',
  'REGISTER',
];

/** A training while it goes: its phases in order, how far the present one is, how fast, and until when. */
export function TrainingProgress(props: {
  readonly run: TrainingRun;
  readonly reconnecting: boolean;
  readonly mayCancel: boolean;
}) {
  const { run } = props;
  const t = useTranslations('training');
  const format = useFormatter();
  const duration = useDuration();
  const pace = useStagePace(run);
  const now = useNow({ updateInterval: 1_000 });
  const cancel = useCancelTraining();
  const [asking, ask] = useDisclosure(false);
  const at = run.stage == null ? -1 : stages.indexOf(run.stage);
  const text =
    run.stage == null
      ? t('waiting')
      : run.total > 0
        ? t('steps', { done: format.number(run.done), total: format.number(run.total) })
        : t('working');
  const seconds = run.startedAt == null ? null : (now.getTime() - Date.parse(run.startedAt)) / 1_000;
  return (
    <Panel
      title={t('running')}
      note={t('runningNote')}
      action={
        <div className={styles.action}>
          <JobStatusTag status={run.status} />
          {props.mayCancel ? (
            <Button size="xs" variant="default" onClick={ask.open}>
              {t('cancel')}
            </Button>
          ) : null}
        </div>
      }
    >
      <ol className={styles.stages}>
        {stages.map((stage, position) => (
          <li
            key={stage}
            className={styles.stage}
            data-state={position < at ? 'done' : position === at ? 'now' : 'next'}
            aria-current={position === at ? 'step' : undefined}
          >
            <span className={styles.dot} aria-hidden>
              {position < at ? <IconCheck size={12} stroke={3} /> : position + 1}
            </span>
            {t(`stage.${stage}`)}
            {position < at ? <span className="visually-hidden">{t('stageDone')}</span> : null}
          </li>
        ))}
      </ol>
      <Meter
        value={run.total > 0 ? run.done : 0}
        of={run.total}
        label={run.stage == null ? t('running') : t(`stage.${run.stage}`)}
        text={text}
        live
      />
      <p className={styles.numbers}>
        <span>{text}</span>
        {pace === null ? null : (
          <>
            <span>{t('rate', { rate: format.number(pace.rate, { maximumSignificantDigits: 2 }) })}</span>
            <span>{t('eta', { time: duration(pace.etaSeconds) })}</span>
          </>
        )}
        {seconds === null || seconds < 0 ? null : <span>{t('elapsed', { time: duration(seconds) })}</span>}
        {run.faults > 0 ? <span>{t('faults', { count: run.faults })}</span> : null}
        {props.reconnecting ? <span>{t('reconnecting')}</span> : null}
      </p>
      <ConfirmDialog
        opened={asking}
        title={t('cancelTitle')}
        text={t('cancelText')}
        action={t('cancel')}
        pending={cancel.isPending}
        failure={cancel.error === null ? null : asFailure(cancel.error)}
        onConfirm={() => cancel.mutate(run.id, { onSuccess: ask.close })}
        onClose={ask.close}
      />
    </Panel>
  );
}
