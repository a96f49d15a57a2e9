'use client';
import { useFormatter, useTranslations } from 'next-intl';
import { Chart } from '@/design/chart/chart';
import { type Interval, IntervalPlot } from '@/design/chart/interval-plot';
import { Panel } from '@/design/panel';
import { textOr } from '@/i18n/text-or';
import { metricOf } from './metric-order';
import type { Model } from './use-models';

/** The version beside what could be used in its place, judged on the same people; not there unless it was asked for. */
export function ModelBaselines({ model }: { readonly model: Model }) {
  const t = useTranslations('models');
  const format = useFormatter();
  const name = model.gate.metric;
  const number = (value: number) =>
    format.number(value, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
  const range = ({ low, high }: Interval) => t('interval', { low: number(low), high: number(high) });
  const methodText = (method: string) => textOr(t, `baseline.${method}`, method);
  const slices = model.metrics.flatMap(({ slice, people, metrics, baselines }) => {
    const own = metricOf(metrics, name);
    if (own === undefined || baselines.length === 0) return [];
    const others = baselines.flatMap(({ method, metrics: judged }) => {
      const metric = judged.find((one) => one.name === name);
      return metric === undefined ? [] : [{ method: methodText(method), value: metric.value, isOwn: false }];
    });
    const rows = [{ method: t('series.value'), value: own.value, isOwn: true }, ...others];
    return [{ slice, people, rows: rows.sort((a, b) => b.value.mean - a.value.mean) }];
  });
  if (slices.length === 0) return null;
  const leads = slices.filter(({ rows }) => rows[0]?.isOwn === true);
  const [metric = name, depth] = name.split('@');
  const metricText = `${textOr(t, `metric.${metric}`, metric)}${depth === undefined ? '' : ` @${depth}`}`;
  return (
    <Panel title={t('baselines')} note={t('baselinesNote')}>
      <Chart
        label={t('baselinesChart', { metric: metricText })}
        summary={
          leads.length === 0
            ? t('baselinesBehind')
            : t('baselinesAhead', { slices: format.list(leads.map(({ slice }) => t(`slice.${slice}`))) })
        }
        columns={[t('slices'), t('method'), metricText]}
        rows={slices.flatMap(({ slice, rows }) =>
          rows.map(({ method, value }) => [
            t(`slice.${slice}`),
            method,
            `${number(value.mean)} ${range(value)}`,
          ]),
        )}
      >
        <IntervalPlot
          format={(value) => format.number(value, { maximumSignificantDigits: 3 })}
          textWidth={390}
          groups={slices.map(({ slice, people, rows }) => ({
            id: slice,
            label: t(`slice.${slice}`),
            note: t('peopleCount', { count: people }),
            lines: rows.map(({ method, value, isOwn }) => ({
              id: method,
              shape: isOwn ? ('disc' as const) : ('diamond' as const),
              interval: value,
              text: (
                <>
                  {isOwn ? <strong>{method}</strong> : method} {number(value.mean)} {range(value)}
                </>
              ),
            })),
          }))}
        />
      </Chart>
    </Panel>
  );
}
