'use client';
import { Anchor, Skeleton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import list from '@/design/data-list.module.css';
import { Panel } from '@/design/panel';
import { ProblemNotice } from '@/design/problem-notice';
import { ShowMore } from '@/design/show-more';
import { Tag } from '@/design/tag';
import { useActorText } from '@/design/use-actor-text';
import { Waiting } from '@/design/waiting';
import { asFailure } from '@/graphql/failure';
import { activationsPage, type ListedModel } from './use-models';

/** Which version served from when on, by whose word, and why. */
export function ActivationHistory({
  models,
}: {
  readonly models: readonly Pick<ListedModel, 'id' | 'number'>[];
}) {
  const t = useTranslations('models');
  const format = useFormatter();
  const actorText = useActorText();
  const query = useInfiniteQuery({
    queryKey: ['model-activations'],
    queryFn: ({ pageParam, signal }) => activationsPage(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => (page.length === 20 ? (page.at(-1)?.id ?? null) : null),
  });
  const numbers = new Map(models.map(({ id, number }) => [id, number]));
  const changes = query.data?.pages.flat();
  return (
    <Panel title={t('history')} note={t('historyNote')} flush>
      {query.error === null ? null : (
        <ProblemNotice
          failure={asFailure(query.error)}
          onRetry={() => void query.refetch()}
          retrying={query.isFetching}
        />
      )}
      {changes === undefined && query.isPending ? (
        <Waiting>
          <Skeleton height={150} />
        </Waiting>
      ) : null}
      {changes?.length === 0 ? <p className={list.empty}>{t('historyNone')}</p> : null}
      <ul className={list.list}>
        {changes?.map(({ id, modelId, actor, reason, overridden, createdAt }) => (
          <li key={id} className={list.row}>
            <div className={list.head}>
              {modelId == null ? (
                <span className={list.name}>{t('servedNone')}</span>
              ) : (
                <Anchor component={Link} href={`/models/${modelId}`} className={list.name}>
                  {numbers.has(modelId)
                    ? t('number', { number: numbers.get(modelId) ?? 0 })
                    : t('olderVersion')}
                </Anchor>
              )}
              {overridden && actor !== 'system' ? <Tag tone="warming">{t('overridden')}</Tag> : null}
            </div>
            <time className={list.note} dateTime={createdAt}>
              {format.dateTime(new Date(createdAt), { dateStyle: 'medium', timeStyle: 'short' })}
            </time>
            <div className={list.note}>
              {actorText(actor)}
              {reason == null ? null : ` · ${reason}`}
            </div>
          </li>
        ))}
      </ul>
      <ShowMore query={query} label={t('older')} />
    </Panel>
  );
}
