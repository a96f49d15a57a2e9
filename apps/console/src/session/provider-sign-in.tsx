'use client';
import { Button, Divider, Stack } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { providerStart, useProvider } from './use-provider';

/** The way in by the company's own accounts. It leaves the page and comes back to `returnTo`. */
export function ProviderSignIn({ returnTo }: { readonly returnTo: string }) {
  const t = useTranslations('signIn');
  const provider = useProvider();
  if (provider === undefined) return null;
  return (
    <Stack gap="md" mt="md">
      <Divider label={t('or')} />
      <Button component="a" variant="default" size="md" fullWidth href={providerStart(returnTo)}>
        {t('byProvider', { provider })}
      </Button>
    </Stack>
  );
}
