'use client';
import { Button, Group, Modal, NativeSelect, Radio, Stack, TagsInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { ProblemNotice } from '@/design/problem-notice';
import { ShownOnce } from '@/design/shown-once';
import { graphql } from '@/generated';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';

const createKeyMutation = graphql(`
  mutation CreateKey($input: KeyInput!) {
    createKey(input: $input) { secret key { id name } }
  }
`);
const lifetimesDays = ['', '30', '90', '365'] as const;
const dayMs = 86_400_000;

/** Makes a key and shows it once: it is stored nowhere, so closing is the last look at it. */
export function NewKeyDialog({
  opened,
  onClose,
}: {
  readonly opened: boolean;
  readonly onClose: () => void;
}) {
  const t = useTranslations('keys');
  const dialog = useTranslations('dialog');
  const queryClient = useQueryClient();
  const [kind, setKind] = useState<'PUBLIC' | 'SECRET'>('PUBLIC');
  const [origins, setOrigins] = useState<string[]>([]);
  const [nameMissing, setNameMissing] = useState(false);
  const create = useMutation({
    mutationFn: (input: { name: string; expiresAt?: string }) =>
      request(createKeyMutation, {
        input: { ...input, kind, ...(kind === 'PUBLIC' && origins.length > 0 ? { origins } : {}) },
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['keys'] }),
  });
  const close = () => {
    create.reset();
    setOrigins([]);
    setNameMissing(false);
    onClose();
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const name = String(form.get('name')).trim();
    const days = Number(form.get('lifetime'));
    setNameMissing(name === '');
    if (name !== '')
      create.mutate({
        name,
        ...(days > 0 ? { expiresAt: new Date(Date.now() + days * dayMs).toISOString() } : {}),
      });
  };
  const secret = create.data?.createKey.secret;

  return (
    <Modal
      opened={opened}
      onClose={close}
      title={secret === undefined ? t('new') : t('createdTitle')}
      closeOnClickOutside={secret === undefined}
      closeButtonProps={{ 'aria-label': dialog('close') }}
    >
      {secret === undefined ? (
        <form onSubmit={submit} noValidate>
          <Stack gap="md">
            {create.error === null ? null : <ProblemNotice failure={asFailure(create.error)} />}
            <TextInput
              name="name"
              label={t('name')}
              description={t('nameNote')}
              error={nameMissing ? t('nameMissing') : null}
              autoComplete="off"
              data-autofocus
            />
            <Radio.Group
              label={t('kind')}
              value={kind}
              onChange={(value) => setKind(value === 'SECRET' ? 'SECRET' : 'PUBLIC')}
            >
              <Stack gap="xs" mt={6}>
                <Radio value="PUBLIC" label={t('PUBLIC')} description={t('publicNote')} />
                <Radio value="SECRET" label={t('SECRET')} description={t('secretNote')} />
              </Stack>
            </Radio.Group>
            {kind === 'PUBLIC' ? (
              <TagsInput
                label={t('origins')}
                description={t('originsNote')}
                placeholder={origins.length === 0 ? 'https://shop.example' : ''}
                value={origins}
                onChange={setOrigins}
                acceptValueOnBlur
              />
            ) : null}
            <NativeSelect
              name="lifetime"
              label={t('lifetime')}
              data={lifetimesDays.map((days) => ({
                value: days,
                label: days === '' ? t('noExpiry') : t('days', { days: Number(days) }),
              }))}
            />
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {dialog('cancel')}
              </Button>
              <Button type="submit" loading={create.isPending}>
                {t('create')}
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <ShownOnce text={t('createdText')} value={secret} onDone={close} />
      )}
    </Modal>
  );
}
