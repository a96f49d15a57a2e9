'use client';
import { Skeleton } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconHistory } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import list from '@/design/data-list.module.css';
import { Empty } from '@/design/empty';
import { Panel } from '@/design/panel';
import { ProblemNotice } from '@/design/problem-notice';
import { ShowMore } from '@/design/show-more';
import { Tag } from '@/design/tag';
import { useActorText } from '@/design/use-actor-text';
import { Waiting } from '@/design/waiting';
import { graphql } from '@/generated';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import { textOr } from '@/i18n/text-or';
import { useAuditText } from './use-audit-text';

const auditLogQuery = graphql(`
  query AuditLog($first: Int!, $after: String) {
    auditLog(first: $first, after: $after) {
      nodes { id actor action target detail createdAt }
      pageInfo { hasNextPage endCursor }
    }
  }
`);
const brokenAuditEntryQuery = graphql(`
  query BrokenAuditEntry {
    brokenAuditEntry
  }
`);
const pageSize = 50;

/** Who changed what, newest first. Entries are only ever added. */
export function AuditLog() {
  const t = useTranslations('audit');
  const format = useFormatter();
  const actorText = useActorText();
  const text = useAuditText();
  const query = useInfiniteQuery({
    queryKey: ['audit-log'],
    queryFn: async ({ pageParam, signal }) =>
      (await request(auditLogQuery, { first: pageSize, after: pageParam }, signal)).auditLog,
    initialPageParam: null as string | null,
    getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null),
  });
  const entries = query.data?.pages.flatMap(({ nodes }) => nodes);
  return (
    <Panel title={t('title')} note={t('note')} flush action={<Chain />}>
      {query.error === null ? null : (
        <ProblemNotice
          failure={asFailure(query.error)}
          onRetry={() => void query.refetch()}
          retrying={query.isFetching}
        />
      )}
      {entries === undefined && query.isPending ? (
        <Waiting>
          <Skeleton height={320} />
        </Waiting>
      ) : null}
      {entries?.length === 0 ? (
        <Empty icon={<IconHistory size={24} />} title={t('none')} text={t('noneText')} />
      ) : null}
      <ul className={list.list}>
        {entries?.map((entry) => (
          <li key={entry.id} className={list.row}>
            <div className={list.head}>
              <Tag>{textOr(t, `actions.${entry.action}`, entry.action)}</Tag>
              <span className={list.name} title={entry.target}>
                {text.target(entry.target)}
              </span>
            </div>
            <time className={list.note} dateTime={entry.createdAt}>
              {format.dateTime(new Date(entry.createdAt), { dateStyle: 'medium', timeStyle: 'medium' })}
            </time>
            <div className={list.note}>
              {[
                actorText(entry.actor),
                ...Object.entries(entry.detail).map(([name, value]) => text.detail(name, value)),
              ]
                .filter((part) => part !== null)
                .join(' · ')}
            </div>
          </li>
        ))}
      </ul>
      <ShowMore query={query} label={t('more')} />
    </Panel>
  );
}

/** Whether every entry still follows from the one before it, as the server has just recomputed. */
function Chain() {
  const t = useTranslations('audit');
  const query = useQuery({
    queryKey: ['audit-chain'],
    queryFn: async ({ signal }) =>
      (await request(brokenAuditEntryQuery, undefined, signal)).brokenAuditEntry ?? null,
  });
  if (query.data === undefined) return null;
  return query.data === null ? (
    <Tag tone="good" icon={<IconCircleCheck size={13} aria-hidden />}>
      {t('intact')}
    </Tag>
  ) : (
    <Tag tone="bad" icon={<IconAlertTriangle size={13} aria-hidden />}>
      {t('broken', { entry: query.data })}
    </Tag>
  );
}
