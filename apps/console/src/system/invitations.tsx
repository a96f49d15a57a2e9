'use client';
import { Button, Skeleton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconMail, IconPlus } from '@tabler/icons-react';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import list from '@/design/data-list.module.css';
import { Empty } from '@/design/empty';
import { Panel } from '@/design/panel';
import { ProblemNotice } from '@/design/problem-notice';
import { ShowMore } from '@/design/show-more';
import { Tag, type Tone } from '@/design/tag';
import { Waiting } from '@/design/waiting';
import { graphql } from '@/generated';
import type { InvitationState } from '@/generated/graphql';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import { InviteDialog } from './invite-dialog';

const invitationsQuery = graphql(`
  query Invitations($first: Int!, $after: String) {
    invitations(first: $first, after: $after) {
      nodes { id email role state invitedBy createdAt expiresAt }
      pageInfo { hasNextPage endCursor }
    }
  }
`);
const withdrawMutation = graphql(`
  mutation WithdrawInvitation($id: ID!) { withdrawInvitation(id: $id) { id state } }
`);
const tones: Record<InvitationState, Tone> = {
  OPEN: 'accent',
  ACCEPTED: 'good',
  WITHDRAWN: 'plain',
  EXPIRED: 'plain',
};
const pageSize = 20;

/** Ways in that were made for people: open, used, withdrawn, expired. */
export function Invitations() {
  const t = useTranslations('invitations');
  const roles = useTranslations('roles');
  const format = useFormatter();
  const queryClient = useQueryClient();
  const [inviting, invite] = useDisclosure(false);
  const query = useInfiniteQuery({
    queryKey: ['invitations'],
    queryFn: async ({ pageParam, signal }) =>
      (await request(invitationsQuery, { first: pageSize, after: pageParam }, signal)).invitations,
    initialPageParam: null as string | null,
    getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null),
  });
  const withdraw = useMutation({
    mutationFn: (id: string) => request(withdrawMutation, { id }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['invitations'] }),
  });
  const invitations = query.data?.pages.flatMap(({ nodes }) => nodes);
  const failure = query.error ?? withdraw.error;
  return (
    <Panel
      title={t('title')}
      note={t('note')}
      flush
      action={
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={invite.open}>
          {t('new')}
        </Button>
      }
    >
      {failure === null || asFailure(failure).isSignedOut ? null : (
        <ProblemNotice failure={asFailure(failure)} />
      )}
      {invitations === undefined && query.isPending ? (
        <Waiting>
          <Skeleton height={120} />
        </Waiting>
      ) : null}
      {invitations?.length === 0 ? (
        <Empty icon={<IconMail size={24} />} title={t('none')} text={t('noneText')} />
      ) : null}
      <ul className={list.list}>
        {invitations?.map((invitation) => (
          <li key={invitation.id} className={list.row}>
            <div className={list.head}>
              <span className={list.name}>{invitation.email}</span>
              <Tag>{roles(invitation.role)}</Tag>
              <Tag tone={tones[invitation.state]}>{t(invitation.state)}</Tag>
            </div>
            <div className={list.action}>
              {invitation.state === 'OPEN' ? (
                <Button
                  size="xs"
                  variant="default"
                  loading={withdraw.isPending && withdraw.variables === invitation.id}
                  onClick={() => withdraw.mutate(invitation.id)}
                  aria-label={t('withdrawNamed', { email: invitation.email })}
                >
                  {t('withdraw')}
                </Button>
              ) : null}
            </div>
            <div className={list.note}>
              {t('by', { who: invitation.invitedBy.replace(/^member:/, '') })} ·{' '}
              {t('until', {
                date: format.dateTime(new Date(invitation.expiresAt), { dateStyle: 'medium' }),
              })}
            </div>
          </li>
        ))}
      </ul>
      <ShowMore query={query} label={t('more')} />
      <InviteDialog opened={inviting} onClose={invite.close} />
    </Panel>
  );
}
