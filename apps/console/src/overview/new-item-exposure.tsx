'use client';
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { Chart } from '@/design/chart/chart';
import { LineChart } from '@/design/chart/line-chart';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { graphql } from '@/generated';
import { request } from '@/graphql/request';
import styles from './insight.module.css';

const exposureQuery = graphql(`
  query NewItemExposure {
    newItemExposure { promise ages { age items total { p10 p50 p90 } } }
  }
`);

/** How much new items are shown in their first fortnight, against what they are promised. */
export function NewItemExposure() {
  const t = useTranslations('insight');
  const format = useFormatter();
  const query = useQuery({
    queryKey: ['new-item-exposure'],
    queryFn: async ({ signal }) => (await request(exposureQuery, undefined, signal)).newItemExposure,
    staleTime: 60_000,
  });
  const number = (value: number) => format.number(value, { maximumFractionDigits: 1 });
  return (
    <Panel title={t('exposure')} note={t('exposureNote')}>
      <QueryView query={query} skeleton={<Skeleton height={300} />}>
        {({ promise, ages }) => {
          const last = ages.at(-1);
          if (last === undefined) return <p className={styles.none}>{t('exposureNone')}</p>;
          const { p10, p50 } = last.total;
          const days = last.age + 1;
          return (
            <Chart
              label={t('exposure')}
              summary={
                promise === 0
                  ? t('exposureSummaryFree', { age: days, p10, p50 })
                  : t('exposureSummary', { age: days, p10, p50, promise })
              }
              columns={[t('age'), t('items'), t('p10'), t('p50'), t('p90')]}
              rows={ages.map(({ age, items, total }) => [
                format.number(age),
                format.number(items),
                number(total.p10),
                number(total.p50),
                number(total.p90),
              ])}
            >
              <LineChart
                points={ages.map(({ age, total }) => ({
                  x: age,
                  y: total.p50,
                  low: total.p10,
                  high: total.p90,
                }))}
                xTicks={[0, 7, 14].map((age) => ({ x: age, text: t('day', { age }) }))}
                format={number}
                zero
                references={promise === 0 ? [] : [{ y: promise, text: t('promise') }]}
              />
            </Chart>
          );
        }}
      </QueryView>
    </Panel>
  );
}
