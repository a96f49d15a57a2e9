'use client';
import { Button, Skeleton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { Panel } from '@/design/panel';
import { ProblemNotice } from '@/design/problem-notice';
import { QueryView } from '@/design/query-view';
import { graphql } from '@/generated';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import { SessionList } from './session-list';

const mySessionsQuery = graphql(`
  query MySessions {
    mySessions { id address userAgent createdAt seenAt current }
  }
`);
const endSessionMutation = graphql(`
  mutation EndSession($id: ID!) { endSession(id: $id) }
`);
const endOtherSessionsMutation = graphql(`
  mutation EndOtherSessions { endOtherSessions }
`);

/** Where I am signed in: one look shows a session that is not mine. */
export function MySessions() {
  const t = useTranslations('account');
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: ['my-sessions'] });
  const query = useQuery({
    queryKey: ['my-sessions'],
    queryFn: async ({ signal }) => (await request(mySessionsQuery, undefined, signal)).mySessions,
  });
  const end = useMutation({
    mutationFn: (id: string) => request(endSessionMutation, { id }),
    onSettled: refresh,
  });
  const endOthers = useMutation({
    mutationFn: () => request(endOtherSessionsMutation),
    onSuccess: ({ endOtherSessions }) =>
      notifications.show({ message: t('ended', { count: endOtherSessions }) }),
    onSettled: refresh,
  });
  const failure = end.error ?? endOthers.error;
  return (
    <Panel
      title={t('sessions')}
      note={t('sessionsNote')}
      flush
      action={
        (query.data?.length ?? 0) > 1 ? (
          <Button variant="default" loading={endOthers.isPending} onClick={() => endOthers.mutate()}>
            {t('endOthers')}
          </Button>
        ) : null
      }
    >
      {failure === null ? null : <ProblemNotice failure={asFailure(failure)} />}
      <QueryView query={query} skeleton={<Skeleton height={140} />}>
        {(sessions) => (
          <SessionList
            sessions={sessions}
            ending={end.isPending ? end.variables : null}
            onEnd={(id) => end.mutate(id)}
          />
        )}
      </QueryView>
    </Panel>
  );
}
