'use client';
import { Skeleton } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useFormatter, useTranslations } from 'next-intl';
import { EncodingProgress, useEncodingProgress } from '@/catalogue/encoding-progress';
import list from '@/design/data-list.module.css';
import { Empty } from '@/design/empty';
import { Panel } from '@/design/panel';
import { ProblemNotice } from '@/design/problem-notice';
import { QueryView } from '@/design/query-view';
import { ShowMore } from '@/design/show-more';
import { Waiting } from '@/design/waiting';
import { asFailure } from '@/graphql/failure';
import { JobRow } from './job-row';
import styles from './jobs.module.css';
import { useFinishedJobs, useOpenJobs } from './use-jobs';

/** What the workers have to do, and what they did. */
export function Jobs() {
  const t = useTranslations('jobs');
  const open = useOpenJobs();
  const over = useFinishedJobs();
  const finished = over.data?.pages.flat();
  return (
    <div className={styles.panels}>
      <EncodingProgress />
      <Panel title={t('open')} note={t('openNote')} flush>
        <QueryView query={open} skeleton={<Skeleton height={70} />}>
          {(jobs) =>
            jobs.length === 0 ? (
              <p className={list.empty}>
                {t('openNone')} <Encoded />
              </p>
            ) : (
              <ul className={list.list}>
                {jobs.map((job) => (
                  <JobRow key={job.id} job={job} />
                ))}
              </ul>
            )
          }
        </QueryView>
      </Panel>
      <Panel title={t('over')} note={t('overNote')} flush>
        {over.error === null ? null : (
          <ProblemNotice
            failure={asFailure(over.error)}
            onRetry={() => void over.refetch()}
            retrying={over.isFetching}
          />
        )}
        {finished === undefined && over.isPending ? (
          <Waiting>
            <Skeleton height={240} />
          </Waiting>
        ) : null}
        {finished?.length === 0 ? (
          <Empty icon={<IconHistory size={24} />} title={t('overNone')} text={t('overNoneText')} />
        ) : null}
        <ul className={list.list}>
          {finished?.map((job) => (
            <JobRow key={job.id} job={job} />
          ))}
        </ul>
        <ShowMore query={over} label={t('more')} />
      </Panel>
    </div>
  );
}

/** That nothing waits for the encoder either. */
function Encoded() {
  const t = useTranslations('jobs');
  const format = useFormatter();
  const progress = useEncodingProgress().data;
  if (progress === undefined || progress.waiting > 0) return null;
  return t('encoded', { encoded: format.number(progress.encoded), total: format.number(progress.total) });
}
