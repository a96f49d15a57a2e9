'use client';
import { useFormatter, useTranslations } from 'next-intl';
import { Chart } from '@/design/chart/chart';
import { IntervalPlot } from '@/design/chart/interval-plot';
import { Panel } from '@/design/panel';
import { textOr } from '@/i18n/text-or';
import { useSliceChoice } from './slice-choice';
import type { Results } from './use-experiments';

/** The share of clicks of the second ranking among units of one trait: ideas, not decisions. */
export function InterleavingSlices({ slices }: { readonly slices: Results['interleavingSlices'] }) {
  const t = useTranslations('experiments');
  const coldness = useTranslations('coldness');
  const format = useFormatter();
  const { chosen, name, control } = useSliceChoice(slices);
  const percent = (value: number) => format.number(value, { style: 'percent', maximumFractionDigits: 1 });
  const rows = slices
    .filter((slice) => slice.dimension === chosen)
    .map(({ value, reading: { n, winShare, low, high } }) => ({
      value: value === '' ? t('unknownValue') : textOr(coldness, value, value),
      n,
      share: percent(winShare),
      interval: low == null || high == null ? null : { mean: winShare, low, high },
      range:
        low == null || high == null ? t('tooFew') : t('range', { low: percent(low), high: percent(high) }),
    }));
  return (
    <Panel title={t('slices')} note={t('interleavingSlicesNote')} action={control}>
      <Chart
        label={t('winShareBy', { dimension: name })}
        summary={t('slicesSummary')}
        columns={[name, t('units'), t('winShare'), t('band')]}
        rows={rows.map(({ value, n, share, range }) => [value, format.number(n), share, range])}
      >
        <IntervalPlot
          reference={0.5}
          bounds={[0, 1]}
          textWidth={220}
          format={percent}
          groups={rows.map(({ value, n, share, range, interval }) => ({
            id: value,
            label: value,
            note: t('unitsCount', { count: n }),
            lines: [
              {
                id: 'share',
                shape: 'disc' as const,
                interval,
                text: (
                  <>
                    <strong>{share}</strong> {range}
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
