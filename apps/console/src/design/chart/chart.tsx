'use client';
import { Button } from '@mantine/core';
import { IconChartDots, IconTable } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { type ReactNode, useState } from 'react';
import styles from './chart.module.css';
import { DataTable } from './data-table';

/**
 * Frame of every chart: what it shows in one sentence, the drawing, and the same numbers as a table. The drawing is
 * hidden from screen readers, who get the sentence and the table's switch instead.
 */
export function Chart(props: {
  /** Names the chart and its table. */
  readonly label: string;
  readonly summary: ReactNode;
  readonly legend?: ReactNode;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly ReactNode[])[];
  readonly children: ReactNode;
}) {
  const t = useTranslations('chart');
  const [asTable, setAsTable] = useState(false);
  return (
    <figure className={styles.chart} aria-label={props.label}>
      <figcaption className={styles.caption}>
        <span className={styles.summary}>{props.summary}</span>
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          className={styles.switch}
          aria-label={t(asTable ? 'drawingOf' : 'tableOf', { name: props.label })}
          leftSection={
            asTable ? <IconChartDots size={14} aria-hidden /> : <IconTable size={14} aria-hidden />
          }
          onClick={() => setAsTable(!asTable)}
        >
          {t(asTable ? 'drawing' : 'table')}
        </Button>
      </figcaption>
      {asTable ? (
        <DataTable label={props.label} columns={props.columns} rows={props.rows} />
      ) : (
        <>
          {props.legend}
          <div aria-hidden>{props.children}</div>
        </>
      )}
    </figure>
  );
}
