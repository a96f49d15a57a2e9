'use client';
import { Button, Divider, Stack, Text } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { graphql } from '@/generated';
import { request } from '@/graphql/request';
import { goOnAs } from './session';

const signInOptionsQuery = graphql(`
  query SignInOptions { signInOptions { provider } }
`);
const signedInAgainQuery = graphql(`
  query SignedInAgain { me { email } }
`);
const lookEveryMs = 2_000;

/** What the company's own accounts are called, where they are a way in; undefined where they are not, or not yet known. */
function useProvider(): string | undefined {
  const query = useQuery({
    queryKey: ['sign-in-options'],
    queryFn: async ({ signal }) => (await request(signInOptionsQuery, undefined, signal)).signInOptions,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return query.data?.provider ?? undefined;
}

/** The way in by the company's own accounts. It leaves the page and comes back to `returnTo`. */
export function ProviderSignIn({ returnTo }: { readonly returnTo: string }) {
  const t = useTranslations('signIn');
  const provider = useProvider();
  if (provider === undefined) return null;
  return (
    <Stack gap="md" mt="md">
      <Divider label={t('or')} />
      <Button component="a" variant="default" size="md" fullWidth href={startOf(returnTo)}>
        {t('byProvider', { provider })}
      </Button>
    </Stack>
  );
}

/**
 * The same over an open page, which must stay as it is: in another tab, while this one looks whether its session is
 * back. Who has no password at all gets in again by this alone.
 */
export function ProviderSignInBeside({ onSignedIn }: { readonly onSignedIn: () => void }) {
  const t = useTranslations('signIn');
  const provider = useProvider();
  const queryClient = useQueryClient();
  const again = useQuery({
    queryKey: ['signed-in-again'],
    queryFn: async ({ signal }) => (await request(signedInAgainQuery, undefined, signal)).me?.email ?? null,
    enabled: provider !== undefined,
    refetchInterval: lookEveryMs,
    refetchIntervalInBackground: true,
    gcTime: 0,
  });
  const email = again.data ?? null;
  useEffect(() => {
    if (email !== null) void goOnAs(email, queryClient).then(onSignedIn);
  }, [email, onSignedIn, queryClient]);
  if (provider === undefined) return null;
  return (
    <Stack gap="md" mt="md">
      <Divider label={t('or')} />
      <Button
        component="a"
        variant="default"
        size="md"
        fullWidth
        href={startOf('/')}
        target="_blank"
        rightSection={<IconExternalLink size={16} aria-hidden />}
      >
        {t('byProvider', { provider })}
      </Button>
      <Text size="xs" c="dimmed">
        {t('byProviderBeside')}
      </Text>
    </Stack>
  );
}

const startOf = (returnTo: string) => `/api/admin/oidc/start?return=${encodeURIComponent(returnTo)}`;
