'use client';
import { MantineProvider, mergeThemeOverrides } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { NextIntlClientProvider, useTranslations } from 'next-intl';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import { type ComponentProps, type ReactNode, useMemo, useState, useSyncExternalStore } from 'react';
import { theme } from '@/design/theme';
import { createQueryClient } from '@/graphql/query-client';
import { useTouched } from '@/shell/use-touched';

// Nobody needs them before they touch anything. They are fetched then, not when they are needed: what was typed by that
// time must not hang on a script that may be gone with an older release.
const Notifications = dynamic(() => import('@mantine/notifications').then((module) => module.Notifications), {
  ssr: false,
});
const SignedOutDialog = dynamic(
  () => import('@/session/signed-out-dialog').then((module) => module.SignedOutDialog),
  { ssr: false },
);

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
  const touched = useTouched();
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
            {touched || signedOut ? (
              <SignedOutDialog opened={signedOut} onSignedIn={() => setSignedOut(false)} />
            ) : null}
          </QueryClientProvider>
        </NuqsAdapter>
        {touched ? <Notifications position="bottom-right" /> : null}
      </Theme>
    </NextIntlClientProvider>
  );
}
