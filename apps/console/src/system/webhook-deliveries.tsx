'use client';
import { Button, Skeleton } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import list from '@/design/data-list.module.css';
import { ProblemNotice } from '@/design/problem-notice';
import { ShowMore } from '@/design/show-more';
import { Tag, type Tone } from '@/design/tag';
import { Waiting } from '@/design/waiting';
import { graphql } from '@/generated';
import type { WebhookDeliveriesQuery, WebhookDeliveryStatus } from '@/generated/graphql';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import styles from './webhook-deliveries.module.css';
import { webhookKindNames, webhookKinds } from './webhook-kinds';
import type { Webhook } from './webhooks';

const deliveriesQuery = graphql(`
  query WebhookDeliveries($webhookId: ID!, $first: Int!, $after: String) {
    webhookDeliveries(webhookId: $webhookId, first: $first, after: $after) {
      nodes { id messageId kind status attempts dueAt attemptedAt responseStatus tookMs error createdAt }
      pageInfo { hasNextPage endCursor }
    }
  }
`);
const redeliverMutation = graphql(`
  mutation RedeliverWebhook($id: ID!) { redeliverWebhook(id: $id) { id } }
`);
type Delivery = WebhookDeliveriesQuery['webhookDeliveries']['nodes'][number];
const tones: Record<WebhookDeliveryStatus, Tone> = { PENDING: 'accent', DELIVERED: 'good', FAILED: 'bad' };
const pageSize = 20;
const refreshMs = 3_000;

/** What was sent to an endpoint, newest first: how it went, and once more. */
export function WebhookDeliveries({ webhook }: { readonly webhook: Webhook }) {
  const t = useTranslations('webhooks');
  const kindText = (sent: string) => {
    const kind = webhookKindNames.find((one) => webhookKinds[one] === sent);
    return kind === undefined ? t('testKind') : t(`kinds.${kind}`);
  };
  const queryClient = useQueryClient();
  const queryKey = ['webhook-deliveries', webhook.id];
  const query = useInfiniteQuery({
    queryKey,
    queryFn: async ({ pageParam, signal }) =>
      (await request(deliveriesQuery, { webhookId: webhook.id, first: pageSize, after: pageParam }, signal))
        .webhookDeliveries,
    initialPageParam: null as string | null,
    getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null),
    refetchInterval: refreshMs,
  });
  const again = useMutation({
    mutationFn: (id: string) => request(redeliverMutation, { id }),
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  });
  const deliveries = query.data?.pages.flatMap(({ nodes }) => nodes);
  const failure = query.error ?? again.error;
  return (
    <section className={styles.log} aria-label={t('logOf', { url: webhook.url })}>
      {failure === null || asFailure(failure).isSignedOut ? null : (
        <ProblemNotice failure={asFailure(failure)} />
      )}
      {deliveries === undefined && query.isPending ? (
        <Waiting>
          <Skeleton height={90} />
        </Waiting>
      ) : null}
      {deliveries?.length === 0 ? <p className={list.empty}>{t('noDeliveries')}</p> : null}
      <ul className={list.list}>
        {deliveries?.map((delivery) => (
          <li key={delivery.id} className={list.row}>
            <div className={list.head}>
              <span className={list.name}>{kindText(delivery.kind)}</span>
              <code className={list.note}>{delivery.kind}</code>
              <Tag tone={tones[delivery.status]}>{t(`status.${delivery.status}`)}</Tag>
            </div>
            <div className={list.action}>
              {delivery.status === 'PENDING' ? null : (
                <Button
                  size="xs"
                  variant="default"
                  loading={again.isPending && again.variables === delivery.id}
                  onClick={() => again.mutate(delivery.id)}
                  aria-label={t('againNamed', { kind: kindText(delivery.kind) })}
                >
                  {t('again')}
                </Button>
              )}
            </div>
            <DeliveryNote delivery={delivery} />
          </li>
        ))}
      </ul>
      <ShowMore query={query} label={t('more')} />
    </section>
  );
}

function DeliveryNote({ delivery }: { readonly delivery: Delivery }) {
  const t = useTranslations('webhooks');
  const format = useFormatter();
  const time = (text: string) =>
    format.dateTime(new Date(text), { dateStyle: 'medium', timeStyle: 'medium' });
  const notes = [
    time(delivery.attemptedAt ?? delivery.createdAt),
    ...(delivery.attempts === 0 ? [] : [t('attempts', { count: delivery.attempts })]),
    ...(delivery.responseStatus == null ? [] : [t('answered', { status: String(delivery.responseStatus) })]),
    ...(delivery.tookMs == null ? [] : [t('took', { ms: delivery.tookMs })]),
    ...(delivery.error == null || delivery.responseStatus != null ? [] : [delivery.error]),
    ...(delivery.status === 'PENDING' ? [t('next', { date: time(delivery.dueAt) })] : []),
  ];
  return <div className={list.note}>{notes.join(' · ')}</div>;
}
