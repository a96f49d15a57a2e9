'use client';
import { Button, Group, Modal, Radio, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { ProblemNotice } from '@/design/problem-notice';
import { ShownOnce } from '@/design/shown-once';
import { graphql } from '@/generated';
import type { Role } from '@/generated/graphql';
import { asFailure } from '@/graphql/failure';
import { request } from '@/graphql/request';
import { memberRoles } from '@/session/use-may';

const inviteMutation = graphql(`
  mutation InviteMember($input: InvitationInput!) {
    inviteMember(input: $input) { token invitation { id email } }
  }
`);

/** Makes a link for one person and shows it once. Nothing is mailed: whoever invites hands it on. */
export function InviteDialog(props: { readonly opened: boolean; readonly onClose: () => void }) {
  const t = useTranslations('invitations');
  const roles = useTranslations('roles');
  const dialog = useTranslations('dialog');
  const signIn = useTranslations('signIn');
  const queryClient = useQueryClient();
  const [role, setRole] = useState<Role>('VIEWER');
  const [isMissing, setMissing] = useState(false);
  const invite = useMutation({
    mutationFn: (email: string) => request(inviteMutation, { input: { email, role } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['invitations'] }),
  });
  const close = () => {
    invite.reset();
    setRole('VIEWER');
    setMissing(false);
    props.onClose();
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const email = String(new FormData(event.currentTarget).get('email')).trim();
    const isEmail = /^\S+@\S+$/.test(email);
    setMissing(!isEmail);
    if (isEmail) invite.mutate(email);
  };
  const made = invite.data?.inviteMember;
  return (
    <Modal
      opened={props.opened}
      onClose={close}
      title={made === undefined ? t('new') : t('createdTitle', { email: made.invitation.email })}
      closeOnClickOutside={made === undefined}
      closeButtonProps={{ 'aria-label': dialog('close') }}
    >
      {made === undefined ? (
        <form onSubmit={submit} noValidate>
          <Stack gap="md">
            {invite.error === null ? null : <ProblemNotice failure={asFailure(invite.error)} />}
            <TextInput
              name="email"
              type="email"
              label={t('email')}
              autoComplete="off"
              error={isMissing ? signIn('emailMissing') : null}
              data-autofocus
            />
            <Radio.Group
              label={t('role')}
              value={role}
              onChange={(value) => setRole(memberRoles.find((known) => known === value) ?? 'VIEWER')}
            >
              <Stack gap="xs" mt={6}>
                {memberRoles.map((known) => (
                  <Radio key={known} value={known} label={roles(known)} description={t(`may.${known}`)} />
                ))}
              </Stack>
            </Radio.Group>
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {dialog('cancel')}
              </Button>
              <Button type="submit" loading={invite.isPending}>
                {t('create')}
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <ShownOnce
          text={t('createdText')}
          value={`${window.location.origin}/invitation#${made.token}`}
          onDone={close}
        />
      )}
    </Modal>
  );
}
