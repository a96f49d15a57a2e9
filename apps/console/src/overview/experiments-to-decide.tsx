'use client';
import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import list from '@/design/data-list.module.css';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { Tag } from '@/design/tag';
import { graphql } from '@/generated';
import { request } from '@/graphql/request';
import styles from './insight.module.css';

const experimentStatesQuery = graphql(`
  query ExperimentStates {
    experiments(first: 50) { key name status hypothesis }
  }
`);

/** Experiments that were stopped and wait for somebody's word. */
export function ExperimentsToDecide() {
  const t = useTranslations('insight');
  const query = useQuery({
    queryKey: ['experiment-states'],
    queryFn: async ({ signal }) => (await request(experimentStatesQuery, undefined, signal)).experiments,
    staleTime: 60_000,
  });
  const running = (query.data ?? []).filter(({ status }) => status === 'RUNNING').length;
  return (
    <Panel title={t('decide')} note={query.data === undefined ? null : t('running', { count: running })}>
      <QueryView query={query} skeleton={<Skeleton height={60} />}>
        {(experiments) => {
          const waiting = experiments.filter(({ status }) => status === 'STOPPED');
          if (waiting.length === 0) return <p className={styles.none}>{t('decideNone')}</p>;
          return (
            <ul className={list.list}>
              {waiting.map(({ key, name, hypothesis }) => (
                <li key={key} className={list.row}>
                  <div className={list.head}>
                    <span className={list.name}>{name}</span>
                    <Tag tone="warming">{t('toDecide')}</Tag>
                  </div>
                  <div className={list.note}>{hypothesis}</div>
                </li>
              ))}
            </ul>
          );
        }}
      </QueryView>
    </Panel>
  );
}
