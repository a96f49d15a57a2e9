'use client';
import { useFormatter, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Chart } from '@/design/chart/chart';
import { MarkLegend, type MarkShape } from '@/design/chart/interval-mark';
import { type Interval, IntervalPlot } from '@/design/chart/interval-plot';
import { useIntervalText } from './use-interval-text';

export interface ComparedSeries {
  readonly id: string;
  readonly label: string;
  readonly shape: MarkShape;
}

export interface ComparedGroup {
  readonly id: string;
  readonly label: string;
  readonly note?: string;
  /** By the series' ids; one that was not measured is missing. */
  readonly values: ReadonlyMap<string, Interval>;
}

/** The same few things, the first of them ours, measured on several groups: estimates with their intervals. */
export function ComparedIntervals(props: {
  readonly label: string;
  readonly summary: ReactNode;
  /** Of the first column. */
  readonly by: string;
  readonly series: readonly ComparedSeries[];
  readonly groups: readonly ComparedGroup[];
}) {
  const { series, groups } = props;
  const format = useFormatter();
  const text = useIntervalText();
  return (
    <Chart
      label={props.label}
      summary={props.summary}
      legend={<MarkLegend entries={series} />}
      columns={[props.by, ...series.map(({ label }) => label)]}
      rows={groups.map(({ label, values }) => [
        label,
        ...series.map(({ id }) => {
          const interval = values.get(id);
          return interval === undefined ? '–' : `${text.mean(interval)} ${text.range(interval)}`;
        }),
      ])}
    >
      <IntervalPlot
        format={(value) => format.number(value, { maximumSignificantDigits: 3 })}
        groups={groups.map(({ id, label, note, values }) => ({
          id,
          label,
          ...(note === undefined ? {} : { note }),
          lines: series.flatMap(({ id: key, shape }, at) => {
            const interval = values.get(key);
            if (interval === undefined) return [];
            const mean = text.mean(interval);
            return [
              {
                id: key,
                shape,
                interval,
                text: (
                  <>
                    {at === 0 ? <strong>{mean}</strong> : mean} {text.range(interval)}
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

/** For which groups the whole interval of the first series lies above the estimate of a rival, in a sentence. */
export function useAheadText(): (
  groups: readonly ComparedGroup[],
  first: string,
  rival: Pick<ComparedSeries, 'id' | 'label'>,
) => string {
  const t = useTranslations('models');
  const format = useFormatter();
  return (groups, first, rival) => {
    const better = groups.filter(({ values }) => {
      const [own, other] = [values.get(first), values.get(rival.id)];
      return own !== undefined && other !== undefined && own.low > other.mean;
    });
    return better.length === 0
      ? t('noneAbove', { rival: rival.label })
      : t('someAbove', { groups: format.list(better.map(({ label }) => label)), rival: rival.label });
  };
}
