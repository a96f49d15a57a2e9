'use client';
import { Button, Group, Modal, Skeleton, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { SessionList } from '@/account/session-list';
import { ProblemNotice } from '@/design/problem-notice';
import { QueryView } from '@/design/query-view';
import { graphql } from '@/generated';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import type { Member } from './members';

const memberSessionsQuery = graphql(`
  query MemberSessions($memberId: ID!) {
    memberSessions(memberId: $memberId) { id address userAgent createdAt seenAt current }
  }
`);
const endMemberSessionsMutation = graphql(`
  mutation EndMemberSessions($memberId: ID!) { endMemberSessions(memberId: $memberId) }
`);

/** Where a member is signed in, and the way to sign them out everywhere. */
export function MemberSessionsDialog(props: {
  readonly member: Member | null;
  readonly onClose: () => void;
}) {
  const t = useTranslations('members');
  const dialog = useTranslations('dialog');
  const queryClient = useQueryClient();
  const memberId = props.member?.id ?? '';
  const query = useQuery({
    queryKey: ['member-sessions', memberId],
    queryFn: async ({ signal }) => (await request(memberSessionsQuery, { memberId }, signal)).memberSessions,
    enabled: props.member !== null,
  });
  const end = useMutation({
    mutationFn: () => request(endMemberSessionsMutation, { memberId }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['member-sessions'] }),
  });
  return (
    <Modal
      opened={props.member !== null}
      onClose={() => {
        end.reset();
        props.onClose();
      }}
      title={t('sessionsOf', { name: props.member?.name ?? '' })}
      closeButtonProps={{ 'aria-label': dialog('close') }}
    >
      {end.error === null ? null : <ProblemNotice failure={asFailure(end.error)} />}
      <QueryView query={query} skeleton={<Skeleton height={120} />}>
        {(sessions) =>
          sessions.length === 0 ? (
            <Text size="sm">{t('noSessions')}</Text>
          ) : (
            <SessionList sessions={sessions} />
          )
        }
      </QueryView>
      <Group justify="flex-end" mt="md">
        <Button
          color="red.9"
          disabled={(query.data?.length ?? 0) === 0}
          loading={end.isPending}
          onClick={() => end.mutate()}
        >
          {t('signOutEverywhere')}
        </Button>
      </Group>
    </Modal>
  );
}
