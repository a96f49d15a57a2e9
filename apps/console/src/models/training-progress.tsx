'use client';
import { useFormatter, useTranslations } from 'next-intl';
import { useDuration } from '@/design/use-duration';
import type { TrainingStage } from '@/generated/graphql';
import { RunProgress } from './run-progress';
import { useStagePace } from './use-stage-pace';
import { type TrainingRun, useCancelTraining } from './use-training';

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
  const runs = useTranslations('run');
  const format = useFormatter();
  const duration = useDuration();
  const pace = useStagePace(run.stage ?? null, run);
  const cancel = useCancelTraining();
  const text =
    run.stage == null
      ? runs('waiting')
      : run.total > 0
        ? t('steps', { done: format.number(run.done), total: format.number(run.total) })
        : t('working');
  return (
    <RunProgress
      title={t('running')}
      note={t('runningNote')}
      run={run}
      steps={stages.map((id) => ({ id, label: t(`stage.${id}`) }))}
      step={run.stage ?? null}
      text={text}
      pace={
        pace === null
          ? []
          : [
              t('rate', { rate: format.number(pace.rate, { maximumSignificantDigits: 2 }) }),
              t('eta', { time: duration(pace.etaSeconds) }),
            ]
      }
      reconnecting={props.reconnecting}
      cancel={
        props.mayCancel
          ? { action: t('cancel'), title: t('cancelTitle'), text: t('cancelText'), mutation: cancel }
          : null
      }
    />
  );
}
