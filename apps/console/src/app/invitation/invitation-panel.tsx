'use client';
import { Button, PasswordInput, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useFormatter, useTranslations } from 'next-intl';
import { type FormEvent, useSyncExternalStore } from 'react';
import { ProblemNotice } from '@/design/problem-notice';
import { QueryView } from '@/design/query-view';
import { graphql } from '@/generated';
import type { InvitationOfferQuery } from '@/generated/graphql';
import { asFailure } from '@/graphql/failure';
import { catalogueStorageKey, request } from '@/graphql/request';

const offerQuery = graphql(`
  query InvitationOffer($token: String!) {
    invitationOffer(token: $token) { email role catalogueName invitedBy expiresAt hasAccount }
    me { email }
  }
`);
const acceptMutation = graphql(`
  mutation AcceptInvitation($input: InvitationAnswer!) {
    acceptInvitation(input: $input) { email }
  }
`);

const never = () => () => {};

/** The link's secret stands behind its `#`, which browsers send to no server: it gets into no log. */
function useToken(): string | null {
  return useSyncExternalStore(
    never,
    () => window.location.hash.slice(1),
    () => null,
  );
}

/** What somebody is invited to, and the way in. */
export function InvitationPanel() {
  const token = useToken();
  const query = useQuery({
    queryKey: ['invitation-offer', token],
    queryFn: ({ signal }) => request(offerQuery, { token: token ?? '' }, signal),
    enabled: token !== null,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return (
    <QueryView query={query} skeleton={<Skeleton height={260} mt="md" />}>
      {(data) => <Offer token={token ?? ''} {...data} />}
    </QueryView>
  );
}

function Offer({ token, invitationOffer: offer, me }: InvitationOfferQuery & { readonly token: string }) {
  const t = useTranslations('invitation');
  const roles = useTranslations('roles');
  const signIn = useTranslations('signIn');
  const format = useFormatter();
  const isSignedIn = me?.email === offer.email;
  const accept = useMutation({
    mutationFn: (input: { token: string; name?: string; password?: string }) => {
      localStorage.removeItem(catalogueStorageKey);
      return request(acceptMutation, { input });
    },
    // a full load: whoever was signed in here before is not any more
    onSuccess: () => window.location.assign('/'),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    accept.mutate({
      token,
      ...(form.has('name') ? { name: String(form.get('name')) } : {}),
      ...(form.has('password') ? { password: String(form.get('password')) } : {}),
    });
  };
  const problems = accept.error === null ? [] : (asFailure(accept.error).details.problems ?? []);
  const problemOf = (field: string) => problems.find((one) => one.field === `input.${field}`)?.message;
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md" mt="xs">
        <Text size="sm">
          {t('text', { catalogue: offer.catalogueName, role: roles(offer.role), email: offer.email })}
        </Text>
        {accept.error === null || problems.length > 0 ? null : (
          <ProblemNotice failure={asFailure(accept.error)} />
        )}
        {offer.hasAccount ? null : (
          <TextInput
            name="name"
            label={t('name')}
            autoComplete="name"
            size="md"
            error={problemOf('name')}
            data-autofocus
          />
        )}
        {isSignedIn ? null : (
          <PasswordInput
            name="password"
            label={offer.hasAccount ? t('knownPassword') : t('newPassword')}
            description={offer.hasAccount ? t('knownPasswordNote') : t('newPasswordNote')}
            autoComplete={offer.hasAccount ? 'current-password' : 'new-password'}
            size="md"
            error={problemOf('password')}
            visibilityToggleButtonProps={{ 'aria-label': signIn('showPassword') }}
          />
        )}
        <Button type="submit" size="md" loading={accept.isPending} fullWidth>
          {t('accept')}
        </Button>
        <Text size="xs" c="dimmed">
          {t('expires', {
            date: format.dateTime(new Date(offer.expiresAt), { dateStyle: 'medium', timeStyle: 'short' }),
          })}
        </Text>
      </Stack>
    </form>
  );
}
