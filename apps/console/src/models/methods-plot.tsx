'use client';
import { useFormatter, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Chart } from '@/design/chart/chart';
import { MarkLegend, type MarkShape } from '@/design/chart/interval-mark';
import { type Interval, IntervalPlot } from '@/design/chart/interval-plot';
import styles from './methods-plot.module.css';
import { useIntervalText } from './use-interval-text';

export interface MethodGroup {
  readonly id: string;
  readonly label: string;
  readonly note: string;
  readonly rows: readonly {
    readonly method: string;
    readonly value: Interval;
    readonly shape: MarkShape;
    readonly isOwn: boolean;
  }[];
}

/** Methods side by side on the same people, the best first, a group for each thing they are judged on. */
export function MethodsPlot(props: {
  readonly label: string;
  readonly summary: ReactNode;
  /** Of the column of numbers. */
  readonly measure: string;
  readonly legend?: readonly { readonly shape: MarkShape; readonly label: string }[];
  readonly groups: readonly MethodGroup[];
}) {
  const t = useTranslations('models');
  const format = useFormatter();
  const text = useIntervalText();
  const groups = props.groups.map((group) => ({
    ...group,
    rows: group.rows.toSorted((a, b) => b.value.mean - a.value.mean),
  }));
  return (
    <Chart
      label={props.label}
      summary={props.summary}
      {...(props.legend === undefined ? {} : { legend: <MarkLegend entries={props.legend} /> })}
      columns={[t('slices'), t('method'), props.measure]}
      rows={groups.flatMap(({ label, rows }) =>
        rows.map(({ method, value }) => [label, method, `${text.mean(value)} ${text.range(value)}`]),
      )}
    >
      <IntervalPlot
        format={(value) => format.number(value, { maximumSignificantDigits: 3 })}
        textWidth={400}
        groups={groups.map(({ id, label, note, rows }) => ({
          id,
          label,
          note,
          lines: rows.map(({ method, value, shape, isOwn }) => ({
            id: method,
            shape,
            interval: value,
            text: (
              <span className={styles.line}>
                {isOwn ? <strong>{method}</strong> : <span>{method}</span>}
                <span>
                  {text.mean(value)} {text.range(value)}
                </span>
              </span>
            ),
          })),
        }))}
      />
    </Chart>
  );
}
