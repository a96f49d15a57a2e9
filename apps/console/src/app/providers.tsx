'use client';
import { MantineProvider, mergeThemeOverrides } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { NextIntlClientProvider, useTranslations } from 'next-intl';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { type ComponentProps, type ReactNode, useMemo, useState, useSyncExternalStore } from 'react';
import { theme } from '@/design/theme';
import { createQueryClient } from '@/graphql/query-client';
import { SignedOutDialog } from '@/session/signed-out-dialog';

const never = () => () => {};

/** The theme, with the words that components bring along themselves. */
function Theme({ children }: { readonly children: ReactNode }) {
  const close = useTranslations('dialog')('close');
  const worded = useMemo(() => {
    const defaultProps = { closeButtonProps: { 'aria-label': close } };
    return mergeThemeOverrides(theme, { components: { Notification: { defaultProps } } });
  }, [close]);
  return (
    <MantineProvider theme={worded} defaultColorScheme="auto">
      {children}
    </MantineProvider>
  );
}

/** What every page stands on: language, time zone, theme, URL state, and the cache of the API's answers. */
export function Providers(props: {
  readonly locale: NonNullable<ComponentProps<typeof NextIntlClientProvider>['locale']>;
  readonly messages: ComponentProps<typeof NextIntlClientProvider>['messages'];
  readonly children: ReactNode;
}) {
  const [signedOut, setSignedOut] = useState(false);
  const [queryClient] = useState(() => createQueryClient(() => setSignedOut(true)));
  const timeZone = useSyncExternalStore(
    never,
    () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    () => 'UTC',
  );
  return (
    <NextIntlClientProvider locale={props.locale} messages={props.messages ?? null} timeZone={timeZone}>
      <Theme>
        <NuqsAdapter>
          <QueryClientProvider client={queryClient}>
            {props.children}
            <SignedOutDialog opened={signedOut} onSignedIn={() => setSignedOut(false)} />
          </QueryClientProvider>
        </NuqsAdapter>
        <Notifications position="bottom-right" />
      </Theme>
    </NextIntlClientProvider>
  );
}
