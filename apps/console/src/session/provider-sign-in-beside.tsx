'use client';
import { Button, Divider, Stack, Text } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { graphql } from '@/generated';
import { request } from '@/graphql/request';
import { goOnAs } from './session';
import { providerStart, useProvider } from './use-provider';

const signedInAgainQuery = graphql(`
  query SignedInAgain { me { email } }
`);
const lookEveryMs = 2_000;

/**
 * The way in by a provider over an open page, which must stay as it is: in another tab, while this one looks whether
 * its session is back. Who has no password at all gets in again by this alone.
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
        href={providerStart('/')}
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
