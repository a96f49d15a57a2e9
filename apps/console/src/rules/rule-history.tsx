'use client';
import { Button, Skeleton } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import { ConfirmDialog } from '@/design/confirm-dialog';
import list from '@/design/data-list.module.css';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { Tag } from '@/design/tag';
import { useActorText } from '@/design/use-actor-text';
import { graphql } from '@/generated';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import { useRuleText } from './rule-text';
import { type Rule, refreshRules } from './use-rules';

const historyQuery = graphql(`
  query RuleHistory($key: String!, $after: String) {
    ruleHistory(key: $key, first: 10, after: $after) {
      nodes { revision action actor note createdAt status wentLive kind priority arguments }
      pageInfo { hasNextPage endCursor }
    }
  }
`);
const rollBackMutation = graphql(`
  mutation RollBackRule($key: String!, $revision: Int!) {
    rollBackRule(key: $key, revision: $revision) { ...RuleFields }
  }
`);

/** Every change of a rule, newest first; what once was published can be put back in force. */
export function RuleHistory(props: {
  readonly rule: Rule;
  readonly may: boolean;
  readonly onChanged: (rule: Rule) => void;
}) {
  const t = useTranslations('rules');
  const format = useFormatter();
  const actorText = useActorText();
  const text = useRuleText();
  const queryClient = useQueryClient();
  const { key } = props.rule;
  const [revision, setRevision] = useState<number | null>(null);
  const query = useInfiniteQuery({
    queryKey: ['rule-history', key],
    queryFn: async ({ pageParam, signal }) =>
      (await request(historyQuery, { key, after: pageParam }, signal)).ruleHistory,
    initialPageParam: null as string | null,
    getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? pageInfo.endCursor : undefined),
  });
  const rollBack = useMutation({
    mutationFn: async (to: number) => (await request(rollBackMutation, { key, revision: to })).rollBackRule,
    onSuccess: (changed) => {
      setRevision(null);
      props.onChanged(changed);
    },
    onSettled: () => refreshRules(queryClient, key),
  });
  return (
    <Panel title={t('history')} note={t('historyNote')} flush>
      <QueryView query={query} skeleton={<Skeleton height={150} m="md" />}>
        {({ pages }) => (
          <ol className={list.list}>
            {pages
              .flatMap(({ nodes }) => nodes)
              .map((entry) => (
                <li key={entry.revision} className={list.row}>
                  <div className={list.head}>
                    <span className={list.name}>
                      {t(`did.${entry.action}`, { revision: entry.revision })}
                    </span>
                    {entry.revision === props.rule.liveRevision ? (
                      <Tag tone="good">{t('acts')}</Tag>
                    ) : entry.wentLive ? (
                      <Tag>{t('acted')}</Tag>
                    ) : null}
                  </div>
                  <div className={list.action}>
                    {props.may && entry.wentLive && entry.revision !== props.rule.liveRevision ? (
                      <Button
                        variant="default"
                        size="xs"
                        aria-label={t('rollBackNamed', { revision: entry.revision })}
                        onClick={() => setRevision(entry.revision)}
                      >
                        {t('actions.ROLL_BACK')}
                      </Button>
                    ) : null}
                  </div>
                  <div className={list.note}>
                    {[
                      actorText(entry.actor),
                      format.dateTime(new Date(entry.createdAt), { dateStyle: 'medium', timeStyle: 'short' }),
                      ...(entry.action === 'SAVE' || entry.action === 'ROLL_BACK'
                        ? [text.effect(entry.kind, entry.arguments)]
                        : []),
                      ...(entry.note == null ? [] : [t('quoted', { note: entry.note })]),
                    ].join(' · ')}
                  </div>
                </li>
              ))}
          </ol>
        )}
      </QueryView>
      {query.hasNextPage ? (
        <Button
          variant="subtle"
          m="sm"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('older')}
        </Button>
      ) : null}
      <ConfirmDialog
        opened={revision !== null}
        title={t('rollBackTitle', { revision: revision ?? 0 })}
        text={t('rollBackText')}
        action={t('actions.ROLL_BACK')}
        pending={rollBack.isPending}
        failure={rollBack.error === null ? null : asFailure(rollBack.error)}
        onConfirm={() => revision !== null && rollBack.mutate(revision)}
        onClose={() => {
          rollBack.reset();
          setRevision(null);
        }}
      />
    </Panel>
  );
}
