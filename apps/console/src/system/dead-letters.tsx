'use client';
import { Button, Skeleton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconMoodSmile } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useFormatter, useNow, useTranslations } from 'next-intl';
import list from '@/design/data-list.module.css';
import { Empty } from '@/design/empty';
import { Panel } from '@/design/panel';
import { ProblemNotice } from '@/design/problem-notice';
import { QueryView } from '@/design/query-view';
import { Tag } from '@/design/tag';
import { graphql } from '@/generated';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import { useMay } from '@/session/use-may';

const deadLettersQuery = graphql(`
  query DeadLetters {
    deadLetters { id job subject reason attempts createdAt }
  }
`);
const retryDeadLettersMutation = graphql(`
  mutation RetryDeadLetters($ids: [ID!]) {
    retryDeadLetters(ids: $ids)
  }
`);

/** Work that was given up after several attempts, and why; it waits here until someone sends it again. */
export function DeadLetters() {
  const t = useTranslations('deadLetters');
  const format = useFormatter();
  const now = useNow({ updateInterval: 60_000 });
  const mayRetry = useMay('MERCHANDISER');
  const queryClient = useQueryClient();
  const query = useQuery({
    queryKey: ['dead-letters'],
    queryFn: async ({ signal }) => (await request(deadLettersQuery, undefined, signal)).deadLetters,
    refetchInterval: 15_000,
  });
  const retry = useMutation({
    mutationFn: (ids: string[]) => request(retryDeadLettersMutation, { ids }),
    onSuccess: async ({ retryDeadLetters }) => {
      notifications.show({ message: t('retried', { count: retryDeadLetters }) });
      await queryClient.invalidateQueries({ queryKey: ['dead-letters'] });
    },
  });
  return (
    <Panel
      title={t('title')}
      note={t('note')}
      flush
      action={
        mayRetry && (query.data?.length ?? 0) > 1 ? (
          <Button
            variant="default"
            loading={retry.isPending}
            onClick={() => retry.mutate((query.data ?? []).map(({ id }) => id))}
          >
            {t('retryAll')}
          </Button>
        ) : null
      }
    >
      {retry.error === null ? null : <ProblemNotice failure={asFailure(retry.error)} />}
      <QueryView query={query} skeleton={<Skeleton height={150} />}>
        {(letters) =>
          letters.length === 0 ? (
            <Empty icon={<IconMoodSmile size={24} />} title={t('none')} text={t('noneText')} />
          ) : (
            <ul className={list.list}>
              {letters.map((letter) => (
                <li key={letter.id} className={list.row}>
                  <div className={list.head}>
                    <span className={list.name}>{letter.subject}</span>
                    <Tag>{letter.job}</Tag>
                  </div>
                  <div className={list.action}>
                    {mayRetry ? (
                      <Button
                        size="xs"
                        variant="default"
                        loading={retry.isPending && retry.variables.includes(letter.id)}
                        onClick={() => retry.mutate([letter.id])}
                        aria-label={t('retryNamed', { subject: letter.subject })}
                      >
                        {t('retry')}
                      </Button>
                    ) : null}
                  </div>
                  <div className={list.note}>
                    {letter.reason}
                    <br />
                    {t('attempts', { count: letter.attempts })} ·{' '}
                    {format.relativeTime(new Date(letter.createdAt), now)}
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
    </Panel>
  );
}
