'use client';
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { BarList } from '@/design/bar-list';
import { DataTable } from '@/design/chart/data-table';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { graphql } from '@/generated';
import type { NewItemFunnelQuery } from '@/generated/graphql';
import { request } from '@/graphql/request';
import styles from './exploration-tab.module.css';

const funnelQuery = graphql(`
  query NewItemFunnel($placement: String!) {
    newItemFunnel(placement: $placement, by: WEEK, cohorts: 8) {
      minimumImpressions isCut
      cohorts { from ingested encoded eligible shown clicked graduated promised given neverShown gini
        milestones { impressions items hours { p50 } } }
    }
  }
`);
const stages = ['ingested', 'encoded', 'eligible', 'shown', 'clicked', 'graduated'] as const;
type Cohort = NewItemFunnelQuery['newItemFunnel']['cohorts'][number];

/** What becomes of new items: how many come how far, and whether they get what they are promised. */
export function NewItemFunnel({ placement }: { readonly placement: string }) {
  const t = useTranslations('exploration');
  const format = useFormatter();
  const query = useQuery({
    queryKey: ['new-item-funnel', placement],
    queryFn: async ({ signal }) => (await request(funnelQuery, { placement }, signal)).newItemFunnel,
    staleTime: 60_000,
  });
  const sum = (cohorts: readonly Cohort[], of: (cohort: Cohort) => number) =>
    cohorts.reduce((total, cohort) => total + of(cohort), 0);
  const percent = (share: number) => format.number(share, { style: 'percent', maximumFractionDigits: 1 });
  const firstHours = ({ milestones }: Cohort) =>
    milestones.find(({ impressions }) => impressions === 1)?.hours.p50;
  return (
    <Panel title={t('funnel')} note={t('funnelNote')} className="wide">
      <QueryView query={query} skeleton={<Skeleton height={320} />}>
        {({ cohorts, minimumImpressions, isCut }) => {
          const all = sum(cohorts, ({ ingested }) => ingested);
          if (all === 0) return <p className={styles.none}>{t('funnelNone')}</p>;
          return (
            <div className={styles.halves}>
              <BarList
                bars={stages.map((stage) => {
                  const count = sum(cohorts, (cohort) => cohort[stage]);
                  return {
                    id: stage,
                    label: t(`stages.${stage}`, { count: minimumImpressions }),
                    share: count / all,
                    value: format.number(count),
                    note: percent(count / all),
                  };
                })}
              />
              <div>
                {isCut ? <p className={styles.none}>{t('funnelCut')}</p> : null}
                <DataTable
                  label={t('cohorts')}
                  columns={[
                    t('week'),
                    t('items'),
                    t('shownShort'),
                    t('neverShown'),
                    t('kept'),
                    t('firstShown'),
                    t('gini'),
                  ]}
                  rows={cohorts.map((cohort) => [
                    format.dateTime(new Date(cohort.from), {
                      day: 'numeric',
                      month: 'short',
                      timeZone: 'UTC',
                    }),
                    format.number(cohort.ingested),
                    format.number(cohort.shown),
                    format.number(cohort.neverShown),
                    cohort.promised === 0 ? '–' : percent(cohort.given / cohort.promised),
                    firstHours(cohort) === undefined ? '–' : t('hours', { hours: firstHours(cohort) ?? 0 }),
                    cohort.gini === null
                      ? '–'
                      : format.number(cohort.gini ?? 0, { maximumFractionDigits: 2 }),
                  ])}
                />
              </div>
            </div>
          );
        }}
      </QueryView>
    </Panel>
  );
}
