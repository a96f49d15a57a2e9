'use client';
import { Skeleton } from '@mantine/core';
import { useFormatter, useTranslations } from 'next-intl';
import { Chart } from '@/design/chart/chart';
import { IntervalPlot } from '@/design/chart/interval-plot';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { textOr } from '@/i18n/text-or';
import { useSliceChoice } from './slice-choice';
import { type Experiment, useExperimentSlices } from './use-experiments';
import { useMetricText } from './use-metric-text';

/** The primary metric among units of one trait. With many slices some differ by chance: ideas, not decisions. */
export function SlicePanel({ experiment }: { readonly experiment: Experiment }) {
  const t = useTranslations('experiments');
  const coldness = useTranslations('coldness');
  const text = useMetricText();
  const format = useFormatter();
  const query = useExperimentSlices(experiment.key, experiment.version, true);
  const nameOf = (key: string) => experiment.variants.find((variant) => variant.key === key)?.name ?? key;
  const valueText = (value: string) => (value === '' ? t('unknownValue') : textOr(coldness, value, value));
  const { chosen, name, control } = useSliceChoice(query.data ?? []);
  return (
    <Panel title={t('slices')} note={t('slicesNote')} action={control}>
      <QueryView query={query} skeleton={<Skeleton height={160} />}>
        {(slices) => {
          const shown = slices.filter((slice) => slice.dimension === chosen);
          const rows = shown.map(({ value, result }) => ({
            value: valueText(value),
            people: result.arms.reduce((sum, { n }) => sum + n, 0),
            comparisons: result.comparisons,
          }));
          return rows.length === 0 ? (
            <p>{t('noSlices')}</p>
          ) : (
            <Chart
              label={t('slicesChart', { dimension: name })}
              summary={t('slicesSummary')}
              columns={[
                name,
                t('units'),
                ...experiment.variants.slice(1).map(({ name }) => t('liftOf', { variant: name })),
              ]}
              rows={rows.map(({ value, people, comparisons }) => [
                value,
                format.number(people),
                ...comparisons.map(({ decisive }) =>
                  decisive == null ? t('tooFew') : `${text.lift(decisive.estimate)} ${text.range(decisive)}`,
                ),
              ])}
            >
              <IntervalPlot
                reference={0}
                bounds={[-1, 2]}
                textWidth={220}
                format={text.lift}
                groups={rows.map(({ value, people, comparisons }) => ({
                  id: value,
                  label: value,
                  note: t('unitsCount', { count: people }),
                  lines: comparisons.map(({ variant, decisive }) => ({
                    id: variant,
                    shape: 'disc' as const,
                    interval:
                      decisive == null
                        ? null
                        : { mean: decisive.estimate, low: decisive.low, high: decisive.high },
                    text:
                      decisive == null ? (
                        t('tooFew')
                      ) : (
                        <>
                          {comparisons.length > 1 ? `${nameOf(variant)} ` : null}
                          <strong>{text.lift(decisive.estimate)}</strong> {text.range(decisive)}
                        </>
                      ),
                  })),
                }))}
              />
            </Chart>
          );
        }}
      </QueryView>
    </Panel>
  );
}
