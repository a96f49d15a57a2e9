'use client';
import { Button, Menu, Skeleton } from '@mantine/core';
import { IconChevronDown, IconPlus, IconWebhook } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { type ReactNode, useState } from 'react';
import { ConfirmDialog } from '@/design/confirm-dialog';
import list from '@/design/data-list.module.css';
import { Empty } from '@/design/empty';
import { Panel } from '@/design/panel';
import { ProblemNotice } from '@/design/problem-notice';
import { QueryView } from '@/design/query-view';
import { Tag } from '@/design/tag';
import { graphql } from '@/generated';
import type { WebhooksQuery } from '@/generated/graphql';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import { WebhookDeliveries } from './webhook-deliveries';
import styles from './webhook-deliveries.module.css';
import { WebhookDialog } from './webhook-dialog';
import { WebhookSecretDialog } from './webhook-secret-dialog';

const webhooksQuery = graphql(`
  query Webhooks {
    webhooks { id url description kinds pausedAt previousUntil createdAt }
  }
`);
const saveMutation = graphql(`
  mutation PauseWebhook($id: ID!, $input: WebhookInput!) { saveWebhook(id: $id, input: $input) { id } }
`);
const rotateMutation = graphql(`
  mutation RotateWebhookSecret($id: ID!) { rotateWebhookSecret(id: $id) { secret webhook { id } } }
`);
const removeMutation = graphql(`
  mutation RemoveWebhook($id: ID!) { removeWebhook(id: $id) }
`);
const testMutation = graphql(`
  mutation TestWebhook($id: ID!) { testWebhook(id: $id) { id } }
`);
export type Webhook = WebhooksQuery['webhooks'][number];

/** Who is told of changes of the catalogue, and how that goes. */
export function Webhooks() {
  const t = useTranslations('webhooks');
  const queryClient = useQueryClient();
  const [editing, setEditing] = useState<Webhook | 'new' | null>(null);
  const [removing, setRemoving] = useState<Webhook | null>(null);
  const [watching, setWatching] = useState<string | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const query = useQuery({
    queryKey: ['webhooks'],
    queryFn: async ({ signal }) => (await request(webhooksQuery, undefined, signal)).webhooks,
  });
  const refresh = () => queryClient.invalidateQueries({ queryKey: ['webhooks'] });
  const pause = useMutation({
    mutationFn: ({ id, url, description, kinds, pausedAt }: Webhook) =>
      request(saveMutation, {
        id,
        input: { url, description, kinds, paused: pausedAt == null },
      }),
    onSuccess: refresh,
  });
  const rotate = useMutation({
    mutationFn: (id: string) => request(rotateMutation, { id }),
    onSuccess: async ({ rotateWebhookSecret }) => {
      setSecret(rotateWebhookSecret.secret);
      await refresh();
    },
  });
  const remove = useMutation({
    mutationFn: (id: string) => request(removeMutation, { id }),
    onSuccess: async () => {
      setRemoving(null);
      await refresh();
    },
  });
  const test = useMutation({
    mutationFn: (id: string) => request(testMutation, { id }),
    onSuccess: async (_, id) => {
      setWatching(id);
      await queryClient.invalidateQueries({ queryKey: ['webhook-deliveries', id] });
    },
  });
  const failure = pause.error ?? rotate.error ?? test.error;
  return (
    <Panel
      title={t('title')}
      note={t('note')}
      flush
      action={
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setEditing('new')}>
          {t('new')}
        </Button>
      }
    >
      {failure === null ? null : <ProblemNotice failure={asFailure(failure)} />}
      <QueryView query={query} skeleton={<Skeleton height={150} />}>
        {(webhooks) =>
          webhooks.length === 0 ? (
            <Empty icon={<IconWebhook size={24} />} title={t('none')} text={t('noneText')} />
          ) : (
            <ul className={list.list}>
              {webhooks.map((webhook) => (
                <li key={webhook.id} className={styles.webhook}>
                  <div className={list.row}>
                    <WebhookWords webhook={webhook}>
                      <Menu position="bottom-end" width={240}>
                        <Menu.Target>
                          <Button
                            size="xs"
                            variant="default"
                            rightSection={<IconChevronDown size={14} aria-hidden />}
                            aria-label={t('manageNamed', { url: webhook.url })}
                          >
                            {t('manage')}
                          </Button>
                        </Menu.Target>
                        <Menu.Dropdown>
                          <Menu.Item onClick={() => setWatching(watching === webhook.id ? null : webhook.id)}>
                            {watching === webhook.id ? t('hideLog') : t('showLog')}
                          </Menu.Item>
                          <Menu.Item onClick={() => test.mutate(webhook.id)}>{t('test')}</Menu.Item>
                          <Menu.Item onClick={() => setEditing(webhook)}>{t('edit')}</Menu.Item>
                          <Menu.Item onClick={() => pause.mutate(webhook)}>
                            {webhook.pausedAt == null ? t('pause') : t('resume')}
                          </Menu.Item>
                          <Menu.Item onClick={() => rotate.mutate(webhook.id)}>{t('rotate')}</Menu.Item>
                          <Menu.Divider />
                          <Menu.Item onClick={() => setRemoving(webhook)}>{t('remove')}</Menu.Item>
                        </Menu.Dropdown>
                      </Menu>
                    </WebhookWords>
                  </div>
                  {watching === webhook.id ? <WebhookDeliveries webhook={webhook} /> : null}
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
      {editing === null ? null : (
        <WebhookDialog
          webhook={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
          onCreated={(made) => {
            setEditing(null);
            setSecret(made);
          }}
        />
      )}
      <WebhookSecretDialog secret={secret} onClose={() => setSecret(null)} />
      <ConfirmDialog
        opened={removing !== null}
        title={t('removeTitle')}
        text={t('removeText', { url: removing?.url ?? '' })}
        action={t('remove')}
        pending={remove.isPending}
        failure={remove.error === null ? null : asFailure(remove.error)}
        onConfirm={() => removing !== null && remove.mutate(removing.id)}
        onClose={() => {
          remove.reset();
          setRemoving(null);
        }}
      />
    </Panel>
  );
}

function WebhookWords({ webhook, children }: { readonly webhook: Webhook; readonly children: ReactNode }) {
  const t = useTranslations('webhooks');
  const format = useFormatter();
  return (
    <>
      <div className={list.head}>
        <span className={list.name}>{webhook.url}</span>
        {webhook.pausedAt == null ? null : <Tag tone="bad">{t('paused')}</Tag>}
      </div>
      <div className={list.action}>{children}</div>
      <div className={list.note}>
        {[
          ...(webhook.description === '' ? [] : [webhook.description]),
          webhook.kinds.map((kind) => t(`kinds.${kind}`)).join(', '),
          ...(webhook.previousUntil == null
            ? []
            : [
                t('bothUntil', {
                  date: format.dateTime(new Date(webhook.previousUntil), {
                    dateStyle: 'medium',
                    timeStyle: 'short',
                  }),
                }),
              ]),
        ].join(' · ')}
      </div>
    </>
  );
}
