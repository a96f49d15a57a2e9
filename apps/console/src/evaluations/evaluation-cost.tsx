'use client';
import { useTranslations } from 'next-intl';
import { Panel } from '@/design/panel';
import { useBytes } from '@/design/use-bytes';
import { useDuration } from '@/design/use-duration';
import facts from '@/models/facts.module.css';
import type { Evaluation } from './use-evaluations';

/** What the judging took. */
export function EvaluationCost({ evaluation }: { readonly evaluation: Evaluation }) {
  const t = useTranslations('models');
  const own = useTranslations('evaluations');
  const bytes = useBytes();
  const duration = useDuration();
  const { startedAt, finishedAt, cpuSeconds, peakMemoryBytes } = evaluation;
  const rows = [
    ...(startedAt == null || finishedAt == null
      ? []
      : [{ name: t('duration'), value: duration((Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000) }]),
    ...(cpuSeconds == null ? [] : [{ name: t('cpu'), value: duration(cpuSeconds) }]),
    ...(peakMemoryBytes == null ? [] : [{ name: t('memory'), value: bytes(peakMemoryBytes) }]),
  ];
  return (
    <Panel title={t('cost')} note={own('costNote')}>
      <dl className={facts.list}>
        {rows.map(({ name, value }) => (
          <div key={name} className={facts.row}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
