'use client';
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import { PageHeader } from '@/design/page-header';
import { QueryView } from '@/design/query-view';
import { graphql } from '@/generated';
import { request } from '@/graphql/request';
import { CatalogueFigures, CatalogueFiguresSkeleton } from './catalogue-figures';
import { EnginePanel, EnginePanelSkeleton } from './engine-panel';
import { FirstQueryPanel } from './first-query-panel';
import { HealthLine } from './health-line';

import styles from './overview-page.module.css';
import { RecentImports } from './recent-imports';
import { SetUpChecklist } from './set-up-checklist';

const Insights = dynamic(() => import('./insights').then((module) => module.Insights), {
  loading: () => <Skeleton height={640} aria-busy="true" />,
});

const overviewQuery = graphql(`
  query Overview {
    catalogue { id name scenario }
    rules(first: 20) { status liveRevision }
    experiments(first: 20) { status }
    overview {
      items { total active hidden encoded serving }
      embedding { model device deviceNote dimensions indexEngine }
      events { total simulated last24h }
      profiles { total simulated }
      keys
      behind
      versions { kindling node postgres }
    }
  }
`);

/** Is it healthy, and what is the next thing to do? */
export function OverviewPage() {
  const t = useTranslations('overview');
  const query = useQuery({
    queryKey: ['overview'],
    queryFn: ({ signal }) => request(overviewQuery, undefined, signal),
    refetchInterval: 15_000,
  });
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      <QueryView
        query={query}
        skeleton={
          <div className={styles.grid}>
            <Skeleton height={38} className="wide" />
            <CatalogueFiguresSkeleton />
            <EnginePanelSkeleton />
            <EnginePanelSkeleton />
          </div>
        }
      >
        {(answer) => {
          const { overview } = answer;
          return (
            <div className={styles.grid}>
              <HealthLine overview={overview} />
              <SetUpChecklist {...answer} />
              <CatalogueFigures overview={overview} />
              <EnginePanel overview={overview} />
              <FirstQueryPanel />
            </div>
          );
        }}
      </QueryView>
      <div className={styles.below}>
        <Insights />
      </div>
      <div className={styles.below}>
        <RecentImports />
      </div>
    </>
  );
}
