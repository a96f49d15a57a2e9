'use client';
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { BarList } from '@/design/bar-list';
import { Chart } from '@/design/chart/chart';
import { IntervalPlot } from '@/design/chart/interval-plot';
import { ColdnessTag } from '@/design/coldness-tag';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { SimulatedTag } from '@/design/simulated-tag';
import { servedListsOptions } from '@/fallback/use-served-lists';
import { textOr } from '@/i18n/text-or';
import styles from './insight.module.css';

/** Whether lists for people of whom little is known are clicked as those for people well known. */
export function ColdAndWarm() {
  const t = useTranslations('insight');
  const coldnesses = useTranslations('coldness');
  const format = useFormatter();
  const query = useQuery(servedListsOptions);
  const percent = (value: number) => format.number(value, { style: 'percent', maximumFractionDigits: 1 });
  return (
    <Panel title={t('clicks')} note={t('clicksNote')}>
      <QueryView query={query} skeleton={<Skeleton height={240} />}>
        {({ clicks }) => {
          if (clicks.length === 0) return <p className={styles.none}>{t('clicksNone')}</p>;
          const of = (coldness: string) => clicks.find((one) => one.coldness === coldness);
          const [cold, warm] = [of('COLD'), of('WARM')];
          const simulated = clicks.reduce((sum, one) => sum + one.simulated, 0);
          return (
            <>
              <Chart
                label={t('clicks')}
                summary={
                  cold === undefined || warm === undefined
                    ? t('clicksSummaryOne')
                    : t('clicksSummary', { cold: percent(cold.share), warm: percent(warm.share) })
                }
                columns={[t('visitors'), t('lists'), t('share'), t('low'), t('high')]}
                rows={clicks.map((one) => [
                  coldnesses(one.coldness),
                  format.number(one.lists),
                  percent(one.share),
                  percent(one.low),
                  percent(one.high),
                ])}
              >
                <IntervalPlot
                  groups={clicks.map((one) => ({
                    id: one.coldness,
                    label: <ColdnessTag coldness={one.coldness} />,
                    note: t('ofLists', { count: one.lists }),
                    lines: [
                      {
                        id: one.coldness,
                        shape:
                          one.coldness === 'COLD' ? 'ring' : one.coldness === 'WARMING' ? 'diamond' : 'disc',
                        interval: { mean: one.share, low: one.low, high: one.high },
                        text: t('interval', {
                          share: percent(one.share),
                          low: percent(one.low),
                          high: percent(one.high),
                        }),
                      },
                    ],
                  }))}
                  format={percent}
                  reference={0}
                />
              </Chart>
              {simulated === 0 ? null : (
                <p className={styles.note}>
                  <SimulatedTag>{t('simulated', { count: simulated })}</SimulatedTag>
                </p>
              )}
            </>
          );
        }}
      </QueryView>
    </Panel>
  );
}

/** Which rung of the ladder answers how much, over all placements. */
export function ServedLevels() {
  const t = useTranslations('insight');
  const levels = useTranslations('served');
  const format = useFormatter();
  const query = useQuery(servedListsOptions);
  return (
    <Panel title={t('served')} note={t('servedNote')}>
      <QueryView query={query} skeleton={<Skeleton height={200} />}>
        {({ groups, lists }) =>
          lists === 0 ? (
            <p className={styles.none}>{t('clicksNone')}</p>
          ) : (
            <BarList
              bars={[...new Set(groups.map(({ level }) => level))]
                .map((level) => ({
                  level,
                  count: groups.reduce((sum, group) => sum + (group.level === level ? group.lists : 0), 0),
                }))
                .sort((a, b) => b.count - a.count)
                .map(({ level, count }) => ({
                  id: level,
                  label: textOr(levels, level, level),
                  share: count / lists,
                  value: format.number(count / lists, { style: 'percent', maximumFractionDigits: 1 }),
                  note: t('ofLists', { count }),
                }))}
            />
          )
        }
      </QueryView>
    </Panel>
  );
}
