'use client';
import { useFormatter, useTranslations } from 'next-intl';
import { useDuration } from '@/design/use-duration';
import { RunProgress } from '@/models/run-progress';
import { useMeasureText } from '@/models/use-measure-text';
import { useStagePace } from '@/models/use-stage-pace';
import { type EvaluationRun, useCancelEvaluation } from './use-evaluations';

/** An evaluation while it goes: which split, with which seed and method, how much is done, and until when. */
export function EvaluationProgress(props: {
  readonly run: EvaluationRun;
  readonly reconnecting: boolean;
  readonly mayCancel: boolean;
}) {
  const { run } = props;
  const t = useTranslations('evaluations');
  const runs = useTranslations('run');
  const format = useFormatter();
  const duration = useDuration();
  const text = useMeasureText();
  const cancel = useCancelEvaluation();
  const pace = useStagePace(run.split == null ? null : 'evaluation', run);
  const share = format.number(run.total > 0 ? run.done / run.total : 0, { style: 'percent' });
  const now =
    run.split == null
      ? runs('waiting')
      : run.seed == null || run.method == null
        ? t('reading')
        : t('judging', { seed: run.seed, seeds: run.seeds, method: text.method(run.method) });
  return (
    <RunProgress
      title={t('running')}
      note={t('runningNote')}
      run={run}
      steps={run.splits.map((id) => ({ id, label: t(`split.${id}`) }))}
      step={run.split ?? null}
      text={`${share} · ${now}`}
      pace={pace === null ? [] : [t('eta', { time: duration(pace.etaSeconds) })]}
      reconnecting={props.reconnecting}
      cancel={
        props.mayCancel
          ? { action: t('cancel'), title: t('cancelTitle'), text: t('cancelText'), mutation: cancel }
          : null
      }
    />
  );
}
