'use client';
import { useFormatter, useTranslations } from 'next-intl';
import { Panel } from '@/design/panel';
import { MethodsPlot } from './methods-plot';
import { metricOf } from './metric-order';
import { useMeasureText } from './use-measure-text';
import type { Model } from './use-models';

/** The version beside what could be used in its place, judged on the same people; not there unless it was asked for. */
export function ModelBaselines({ model }: { readonly model: Model }) {
  const t = useTranslations('models');
  const format = useFormatter();
  const text = useMeasureText();
  const name = model.gate.metric;
  const groups = model.metrics.flatMap(({ slice, people, metrics, baselines }) => {
    const own = metricOf(metrics, name);
    if (own === undefined || baselines.length === 0) return [];
    const others = baselines.flatMap(({ method, metrics: judged }) => {
      const metric = judged.find((one) => one.name === name);
      return metric === undefined
        ? []
        : [{ method: text.method(method), value: metric.value, shape: 'diamond' as const, isOwn: false }];
    });
    const first = { method: t('series.value'), value: own.value, shape: 'disc' as const, isOwn: true };
    return [
      {
        id: slice,
        label: t(`slice.${slice}`),
        note: t('peopleCount', { count: people }),
        rows: [first, ...others],
      },
    ];
  });
  if (groups.length === 0) return null;
  const leads = groups.filter(({ rows: [own, ...others] }) =>
    others.every(({ value }) => own !== undefined && own.value.mean >= value.mean),
  );
  return (
    <Panel title={t('baselines')} note={t('baselinesNote')}>
      <MethodsPlot
        label={t('baselinesChart', { metric: text.name(name) })}
        summary={
          leads.length === 0
            ? t('baselinesBehind')
            : t('baselinesAhead', { slices: format.list(leads.map(({ label }) => label)) })
        }
        measure={text.name(name)}
        groups={groups}
      />
    </Panel>
  );
}
