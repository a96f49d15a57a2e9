'use client';
import { IconCircleCheck, IconCircleDashed, IconCircleX } from '@tabler/icons-react';
import { useFormatter, useTranslations } from 'next-intl';
import { Chart } from '@/design/chart/chart';
import { IntervalPlot } from '@/design/chart/interval-plot';
import { Panel } from '@/design/panel';
import styles from './model-gate.module.css';
import type { Model } from './use-models';

const icons = { PASSED: IconCircleCheck, UNDECIDED: IconCircleDashed, FAILED: IconCircleX };
const shapes = { PASSED: 'good', UNDECIDED: 'diamond', FAILED: 'bad' } as const;

/** The gate's verdict in words, and the differences that it judged: each interval must stay right of the margin. */
export function ModelGate({ model, against }: { readonly model: Model; readonly against: number | null }) {
  const t = useTranslations('models');
  const format = useFormatter();
  const { gate } = model;
  const signed = (value: number) =>
    format.number(value, {
      minimumFractionDigits: 3,
      maximumFractionDigits: 3,
      signDisplay: 'exceptZero',
    });
  const metric = gate.metric.toUpperCase();
  const rival =
    gate.activeModelId == null
      ? t('againstNone')
      : against === null
        ? t('olderVersion')
        : t('number', { number: against });
  const Icon = icons[gate.verdict];
  const rangeOf = (interval: { low: number; high: number }) =>
    t('interval', { low: signed(interval.low), high: signed(interval.high) });
  const sentence = (slice: Model['gate']['slices'][number]) =>
    slice.difference == null || slice.people < gate.leastPeople
      ? t('sliceTooFew', { least: gate.leastPeople })
      : t(`sliceVerdict.${slice.verdict}`);
  return (
    <Panel title={t('gate')} note={t('gateNote', { metric, margin: format.number(gate.margin), rival })}>
      <div className={styles.verdict} data-verdict={gate.verdict}>
        <Icon size={22} aria-hidden />
        <div>
          <strong>{t(`verdictTitle.${gate.verdict}`)}</strong>
          <p>{t(`verdictText.${gate.verdict}`, { rival, least: gate.leastPeople })}</p>
        </div>
      </div>
      <Chart
        label={t('gateChart')}
        summary={t('gateSummary', { rival, metric, margin: signed(-gate.margin) })}
        columns={[t('slices'), t('people'), t('difference'), t('range'), t('gate')]}
        rows={gate.slices.map((slice) => [
          t(`slice.${slice.slice}`),
          format.number(slice.people),
          slice.difference == null ? '–' : signed(slice.difference.mean),
          slice.difference == null ? '–' : rangeOf(slice.difference),
          sentence(slice),
        ])}
      >
        <IntervalPlot
          reference={0}
          limits={[-gate.margin]}
          format={signed}
          groups={gate.slices.map((slice) => ({
            id: slice.slice,
            label: t(`slice.${slice.slice}`),
            note: t('peopleCount', { count: slice.people }),
            lines: [
              {
                id: 'difference',
                shape: shapes[slice.verdict],
                interval: slice.difference ?? null,
                text:
                  slice.difference == null ? (
                    sentence(slice)
                  ) : (
                    <>
                      <strong>{signed(slice.difference.mean)}</strong> {rangeOf(slice.difference)}
                    </>
                  ),
              },
            ],
          }))}
        />
      </Chart>
      <ul className={styles.sentences}>
        {gate.slices.map((slice) => (
          <li key={slice.slice}>
            <strong>{t(`slice.${slice.slice}`)}</strong> {sentence(slice)}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
