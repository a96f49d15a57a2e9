'use client';
import { Anchor, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useFormatter, useNow, useTranslations } from 'next-intl';
import { JobStatusTag } from '@/design/job-status-tag';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { graphql } from '@/generated';
import { request } from '@/graphql/request';
import styles from './recent-imports.module.css';

const recentImportsQuery = graphql(`
  query RecentImports {
    importRuns(first: 5) { id status dryRun fileName rows created updated unchanged rejected createdAt }
  }
`);

/** What came into the catalogue lately. */
export function RecentImports() {
  const t = useTranslations('imports');
  const format = useFormatter();
  const now = useNow({ updateInterval: 60_000 });
  const query = useQuery({
    queryKey: ['import-runs'],
    queryFn: async ({ signal }) => (await request(recentImportsQuery, undefined, signal)).importRuns,
    refetchInterval: 15_000,
  });
  return (
    <Panel
      title={t('recent')}
      action={
        <Anchor component={Link} href="/catalogue/import" size="sm">
          {t('new')}
        </Anchor>
      }
    >
      <QueryView query={query} skeleton={<Skeleton height={56} />}>
        {(runs) =>
          runs.length === 0 ? (
            <p className={styles.none}>{t('none')}</p>
          ) : (
            <ul className={styles.list}>
              {runs.map((run) => (
                <li key={run.id} className={styles.run}>
                  <Anchor component={Link} href={`/catalogue/import?run=${run.id}`} className={styles.name}>
                    {run.fileName}
                  </Anchor>
                  <JobStatusTag status={run.status} />
                  <span className={styles.counts}>
                    {run.dryRun ? `${t('check')} · ` : ''}
                    {t('counts', {
                      created: format.number(run.created),
                      updated: format.number(run.updated),
                      unchanged: format.number(run.unchanged),
                      rejected: format.number(run.rejected),
                    })}
                  </span>
                  <time className={styles.time} dateTime={run.createdAt}>
                    {format.relativeTime(new Date(run.createdAt), now)}
                  </time>
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
    </Panel>
  );
}
