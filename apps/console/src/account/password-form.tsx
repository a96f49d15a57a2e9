'use client';
import { Button, PasswordInput, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useRef, useState } from 'react';
import { Panel } from '@/design/panel';
import { ProblemNotice } from '@/design/problem-notice';
import { graphql } from '@/generated';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';

const changePasswordMutation = graphql(`
  mutation ChangePassword($input: PasswordInput!) { changePassword(input: $input) }
`);
/** The API has the last word; this spares a round trip. */
const minimumLength = 12;

export function PasswordForm() {
  const t = useTranslations('account');
  const signIn = useTranslations('signIn');
  const queryClient = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const [isShort, setShort] = useState(false);
  const change = useMutation({
    mutationFn: (input: { current: string; wanted: string }) => request(changePasswordMutation, { input }),
    onSuccess: async () => {
      form.current?.reset();
      notifications.show({ message: t('passwordChanged') });
      await queryClient.invalidateQueries({ queryKey: ['my-sessions'] });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const input = { current: String(data.get('current')), wanted: String(data.get('wanted')) };
    const tooShort = input.wanted.length < minimumLength;
    setShort(tooShort);
    if (!tooShort) change.mutate(input);
  };
  const failure = change.error === null ? null : asFailure(change.error);
  const isWrong = failure?.details.field === 'input.current';
  const toggle = { visibilityToggleButtonProps: { 'aria-label': signIn('showPassword') } };
  return (
    <Panel title={t('password')} note={t('passwordNote')}>
      <form ref={form} onSubmit={submit} noValidate>
        <Stack gap="md" maw={420}>
          {failure === null || isWrong ? null : <ProblemNotice failure={failure} />}
          <PasswordInput
            name="current"
            label={t('currentPassword')}
            autoComplete="current-password"
            error={isWrong ? t('wrongPassword') : null}
            {...toggle}
          />
          <PasswordInput
            name="wanted"
            label={t('newPassword')}
            description={t('newPasswordNote')}
            autoComplete="new-password"
            error={isShort ? t('tooShort') : null}
            {...toggle}
          />
          <Button type="submit" loading={change.isPending} style={{ alignSelf: 'flex-start' }}>
            {t('changePassword')}
          </Button>
          <Text size="xs" c="dimmed">
            {t('passwordEffect')}
          </Text>
        </Stack>
      </form>
    </Panel>
  );
}
