'use client';
import { NativeSelect } from '@mantine/core';
import { useFormatter, useTranslations } from 'next-intl';
import { parseAsString, useQueryState } from 'nuqs';
import { Chart } from '@/design/chart/chart';
import { MarkLegend, type MarkShape } from '@/design/chart/interval-mark';
import { type Interval, IntervalPlot } from '@/design/chart/interval-plot';
import { Panel } from '@/design/panel';
import { textOr } from '@/i18n/text-or';
import { byLikes, metricOf, metricsOf, seriesOf } from './metric-order';
import type { Model } from './use-models';

const shapes: Record<'value' | 'active' | 'untrained', MarkShape> = {
  value: 'disc',
  active: 'ring',
  untrained: 'diamond',
};

/** How good the version is on people and items it was not trained with, beside what served then and beside none. */
export function ModelMetrics({ model }: { readonly model: Model }) {
  const t = useTranslations('models');
  const [name, setName] = useQueryState('metric', parseAsString.withDefault(model.gate.metric));
  const names = metricsOf(model.metrics);
  const chosen = names.includes(name) ? name : (names[0] ?? name);
  const likes = byLikes(model.metrics);
  const text = (metric: string) => {
    const [base = metric, depth] = metric.split('@');
    return `${textOr(t, `metric.${base}`, base)}${depth === undefined ? '' : ` @${depth}`}`;
  };
  return (
    <Panel
      title={t('quality')}
      note={t('qualityNote')}
      action={
        <NativeSelect
          aria-label={t('chooseMetric')}
          value={chosen}
          onChange={({ currentTarget }) => void setName(currentTarget.value)}
          data={names.map((value) => ({ value, label: text(value) }))}
        />
      }
    >
      <Compared
        label={t('qualityChart', { metric: text(chosen) })}
        metric={text(chosen)}
        help={textOr(t, `metricHelp.${chosen.split('@')[0]}`, '')}
        groups={model.metrics.flatMap(({ slice, people, metrics }) => {
          const metric = metricOf(metrics, chosen);
          return metric === undefined
            ? []
            : [{ id: slice, label: t(`slice.${slice}`), note: t('peopleCount', { count: people }), metric }];
        })}
      />
      {likes.length === 0 ? null : (
        <div style={{ marginTop: 28 }}>
          <Compared
            label={t('likesChart')}
            metric={text(model.gate.metric)}
            help={t('likesHelp')}
            groups={likes.map(({ likes: count, metric }) => ({
              id: String(count),
              label: t('likes', { count }),
              metric,
            }))}
          />
        </div>
      )}
    </Panel>
  );
}

interface Group {
  readonly id: string;
  readonly label: string;
  readonly note?: string;
  readonly metric: Model['metrics'][number]['metrics'][number];
}

function Compared(props: {
  readonly label: string;
  readonly metric: string;
  readonly help: string;
  readonly groups: readonly Group[];
}) {
  const { groups } = props;
  const t = useTranslations('models');
  const format = useFormatter();
  const number = (value: number) =>
    format.number(value, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
  const range = ({ low, high }: Interval) => t('interval', { low: number(low), high: number(high) });
  const series = seriesOf(groups.map(({ metric }) => metric));
  const better = groups.filter(({ metric: { value, active, untrained } }) => {
    const rival = active ?? untrained;
    return rival != null && value.low > rival.mean;
  });
  const rival = t(series.includes('active') ? 'series.active' : 'series.untrained');
  return (
    <Chart
      label={props.label}
      summary={
        <>
          {props.help}{' '}
          {better.length === 0
            ? t('noneAbove', { rival })
            : t('someAbove', {
                groups: format.list(better.map(({ label }) => label)),
                rival,
              })}
        </>
      }
      legend={
        <MarkLegend entries={series.map((key) => ({ shape: shapes[key], label: t(`series.${key}`) }))} />
      }
      columns={[t('slices'), ...series.map((key) => t(`series.${key}`))]}
      rows={groups.map(({ label, metric }) => [
        label,
        ...series.map((key) => {
          const interval = metric[key];
          return interval == null ? '–' : `${number(interval.mean)} ${range(interval)}`;
        }),
      ])}
    >
      <IntervalPlot
        format={(value) => format.number(value, { maximumSignificantDigits: 3 })}
        groups={groups.map(({ id, label, note, metric }) => ({
          id,
          label,
          ...(note === undefined ? {} : { note }),
          lines: series.flatMap((key) => {
            const interval = metric[key];
            return interval == null
              ? []
              : [
                  {
                    id: key,
                    shape: shapes[key],
                    interval,
                    text: (
                      <>
                        {key === 'value' ? <strong>{number(interval.mean)}</strong> : number(interval.mean)}{' '}
                        {range(interval)}
                      </>
                    ),
                  },
                ];
          }),
        }))}
      />
    </Chart>
  );
}
