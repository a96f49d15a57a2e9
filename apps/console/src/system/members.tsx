'use client';
import { Skeleton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import { ConfirmDialog } from '@/design/confirm-dialog';
import list from '@/design/data-list.module.css';
import { Panel } from '@/design/panel';
import { ProblemNotice } from '@/design/problem-notice';
import { ShowMore } from '@/design/show-more';
import { Tag } from '@/design/tag';
import { Waiting } from '@/design/waiting';
import { graphql } from '@/generated';
import type { MembersQuery } from '@/generated/graphql';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import { useSession } from '@/session/session';
import { useMay } from '@/session/use-may';
import { type MemberAction, MemberActions } from './member-actions';
import { MemberSessionsDialog } from './member-sessions-dialog';

const membersQuery = graphql(`
  query Members($first: Int!, $after: String) {
    members(first: $first, after: $after) {
      nodes { id email name role createdAt suspendedAt }
      pageInfo { hasNextPage endCursor }
    }
  }
`);
const changeRoleMutation = graphql(`
  mutation ChangeMemberRole($memberId: ID!, $role: Role!) {
    changeMemberRole(memberId: $memberId, role: $role) { id role }
  }
`);
const suspendMutation = graphql(`
  mutation SuspendMember($memberId: ID!) { suspendMember(memberId: $memberId) { id suspendedAt } }
`);
const reinstateMutation = graphql(`
  mutation ReinstateMember($memberId: ID!) { reinstateMember(memberId: $memberId) { id suspendedAt } }
`);
const removeMutation = graphql(`
  mutation RemoveMember($memberId: ID!) { removeMember(memberId: $memberId) }
`);
export type Member = MembersQuery['members']['nodes'][number];
const pageSize = 50;

/** Who works on the catalogue, and as what. Everybody sees it, administrators change it. */
export function Members() {
  const t = useTranslations('members');
  const roles = useTranslations('roles');
  const format = useFormatter();
  const me = useSession().data;
  const mayManage = useMay('ADMIN');
  const queryClient = useQueryClient();
  const [asked, setAsked] = useState<{ readonly member: Member; readonly action: MemberAction } | null>(null);
  const query = useInfiniteQuery({
    queryKey: ['members'],
    queryFn: async ({ pageParam, signal }) =>
      (await request(membersQuery, { first: pageSize, after: pageParam }, signal)).members,
    initialPageParam: null as string | null,
    getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null),
  });
  const change = useMutation({
    mutationFn: async ({ member: { id: memberId }, action }: NonNullable<typeof asked>) => {
      switch (action.kind) {
        case 'role':
          return request(changeRoleMutation, { memberId, role: action.role });
        case 'suspend':
          return request(suspendMutation, { memberId });
        case 'reinstate':
          return request(reinstateMutation, { memberId });
        case 'remove':
          return request(removeMutation, { memberId });
        case 'sessions':
          return null;
      }
    },
    onSuccess: async (_, { member, action }) => {
      setAsked(null);
      if (action.kind === 'role') {
        notifications.show({ message: t('roleChanged', { name: member.name, role: roles(action.role) }) });
      }
      await queryClient.invalidateQueries({ queryKey: ['members'] });
      // it may have been myself
      await queryClient.invalidateQueries({ queryKey: ['session'] });
    },
  });
  const members = query.data?.pages.flatMap(({ nodes }) => nodes);
  const act = (member: Member, action: MemberAction) => {
    change.reset();
    if (action.kind === 'role' || action.kind === 'reinstate') change.mutate({ member, action });
    else setAsked({ member, action });
  };
  const confirming = asked?.action.kind === 'suspend' || asked?.action.kind === 'remove' ? asked : null;
  const failure = change.error === null ? null : asFailure(change.error);
  return (
    <Panel title={t('title')} note={t('note')} flush>
      {query.error === null || asFailure(query.error).isSignedOut ? null : (
        <ProblemNotice failure={asFailure(query.error)} onRetry={() => void query.refetch()} />
      )}
      {failure === null || asked !== null ? null : <ProblemNotice failure={failure} />}
      {members === undefined && query.isPending ? (
        <Waiting>
          <Skeleton height={200} />
        </Waiting>
      ) : null}
      <ul className={list.list}>
        {members?.map((member) => (
          <li key={member.id} className={list.row}>
            <div className={list.head}>
              <span className={list.name}>{member.name}</span>
              <Tag tone={member.role === 'ADMIN' ? 'accent' : 'plain'}>{roles(member.role)}</Tag>
              {member.id === me?.id ? <Tag>{t('you')}</Tag> : null}
              {member.suspendedAt == null ? null : <Tag tone="bad">{t('suspended')}</Tag>}
            </div>
            <div className={list.action}>
              {mayManage ? <MemberActions member={member} onAct={(action) => act(member, action)} /> : null}
            </div>
            <div className={list.note}>
              {member.email} ·{' '}
              {t('since', { date: format.dateTime(new Date(member.createdAt), { dateStyle: 'medium' }) })}
            </div>
          </li>
        ))}
      </ul>
      <ShowMore query={query} label={t('more')} />
      <ConfirmDialog
        opened={confirming !== null}
        title={
          confirming?.action.kind === 'remove'
            ? t('removeTitle', { name: confirming.member.name })
            : t('suspendTitle', { name: confirming?.member.name ?? '' })
        }
        text={confirming?.action.kind === 'remove' ? t('removeText') : t('suspendText')}
        action={confirming?.action.kind === 'remove' ? t('remove') : t('suspend')}
        pending={change.isPending}
        failure={failure}
        onConfirm={() => confirming !== null && change.mutate(confirming)}
        onClose={() => {
          change.reset();
          setAsked(null);
        }}
      />
      <MemberSessionsDialog
        member={asked?.action.kind === 'sessions' ? asked.member : null}
        onClose={() => setAsked(null)}
      />
    </Panel>
  );
}
