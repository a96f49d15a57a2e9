'use client';
import { Button, Checkbox, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { ProblemNotice } from '@/design/problem-notice';
import { graphql } from '@/generated';
import type { WebhookKind } from '@/generated/graphql';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import { webhookKindNames, webhookKinds } from './webhook-kinds';
import type { Webhook } from './webhooks';

const createMutation = graphql(`
  mutation CreateWebhook($input: WebhookInput!) { createWebhook(input: $input) { secret webhook { id } } }
`);
const saveMutation = graphql(`
  mutation SaveWebhook($id: ID!, $input: WebhookInput!) { saveWebhook(id: $id, input: $input) { id } }
`);

/** Where to send, and what. Null makes a new one, whose secret is then shown once. */
export function WebhookDialog(props: {
  readonly webhook: Webhook | null;
  readonly onClose: () => void;
  readonly onCreated: (secret: string) => void;
}) {
  const t = useTranslations('webhooks');
  const dialog = useTranslations('dialog');
  const queryClient = useQueryClient();
  const { webhook } = props;
  const [kinds, setKinds] = useState<readonly string[]>(webhook?.kinds ?? []);
  const save = useMutation({
    mutationFn: async (input: { url: string; description: string; kinds: WebhookKind[] }) => {
      if (webhook === null) return (await request(createMutation, { input })).createWebhook.secret;
      const paused = webhook.pausedAt != null;
      await request(saveMutation, { id: webhook.id, input: { ...input, paused } });
      return null;
    },
    onSuccess: async (secret) => {
      await queryClient.invalidateQueries({ queryKey: ['webhooks'] });
      if (secret === null) props.onClose();
      else props.onCreated(secret);
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    save.mutate({
      url: String(form.get('url')).trim(),
      description: String(form.get('description')).trim(),
      kinds: webhookKindNames.filter((kind) => kinds.includes(kind)),
    });
  };
  const failure = save.error === null ? null : asFailure(save.error);
  const problemOf = (field: string) =>
    failure?.details.problems?.find((one) => one.field === `input.${field}`)?.message;
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={webhook === null ? t('new') : t('editTitle')}
      closeButtonProps={{ 'aria-label': dialog('close') }}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          {failure === null || failure.details.problems !== undefined ? null : (
            <ProblemNotice failure={failure} />
          )}
          <TextInput
            name="url"
            type="url"
            label={t('url')}
            description={t('urlNote')}
            placeholder="https://hooks.example.com/kindling"
            defaultValue={webhook?.url ?? ''}
            error={problemOf('url')}
            autoComplete="off"
            data-autofocus
          />
          <TextInput
            name="description"
            label={t('description')}
            defaultValue={webhook?.description ?? ''}
            error={problemOf('description')}
            autoComplete="off"
          />
          <Checkbox.Group
            label={t('hears')}
            value={[...kinds]}
            onChange={setKinds}
            errorProps={{ mt: 8 }}
            error={problemOf('kinds') === undefined ? null : t('kindsMissing')}
          >
            <Stack gap="xs" mt={6}>
              {webhookKindNames.map((kind) => (
                <Checkbox
                  key={kind}
                  value={kind}
                  label={t(`kinds.${kind}`)}
                  description={webhookKinds[kind]}
                />
              ))}
            </Stack>
          </Checkbox.Group>
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>
              {dialog('cancel')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {webhook === null ? t('create') : t('save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
