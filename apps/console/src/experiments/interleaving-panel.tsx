'use client';
import { useFormatter, useTranslations } from 'next-intl';
import { Chart } from '@/design/chart/chart';
import { IntervalPlot } from '@/design/chart/interval-plot';
import { Panel } from '@/design/panel';
import type { Experiment, Results } from './use-experiments';
import { useMetricText } from './use-metric-text';

/** The share of clicks that the second ranking's slots got; above one half, people prefer it. A screening. */
export function InterleavingPanel(props: {
  readonly experiment: Experiment;
  readonly readings: Results['interleaving'];
}) {
  const t = useTranslations('experiments');
  const format = useFormatter();
  const text = useMetricText();
  const [, second] = props.experiment.variants;
  const percent = (value: number) => format.number(value, { style: 'percent', maximumFractionDigits: 1 });
  const range = (low: number, high: number) => t('range', { low: percent(low), high: percent(high) });
  const rows = props.readings.map(({ metric, role, n, winShare, low, high }) => ({
    id: `${role} ${metric.key} ${metric.version}`,
    name: text.name(metric),
    units: t('unitsCount', { count: n }),
    share: percent(winShare),
    range: low == null || high == null ? t('unreadable') : range(low, high),
    interval: low == null || high == null ? null : { mean: winShare, low, high },
  }));
  return (
    <Panel title={t('interleaving')} note={t('interleavingNote')}>
      <Chart
        label={t('interleaving')}
        summary={t('interleavingSummary', { variant: second?.name ?? '' })}
        columns={[t('metricColumn'), t('units'), t('winShare'), t('band')]}
        rows={rows.map((row) => [row.name, row.units, row.share, row.range])}
      >
        <IntervalPlot
          reference={0.5}
          bounds={[0, 1]}
          textWidth={220}
          format={percent}
          groups={rows.map((row) => ({
            id: row.id,
            label: row.name,
            note: row.units,
            lines: [
              {
                id: 'share',
                shape: 'disc',
                interval: row.interval,
                text: (
                  <>
                    <strong>{row.share}</strong> {row.range}
                  </>
                ),
              },
            ],
          }))}
        />
      </Chart>
    </Panel>
  );
}
