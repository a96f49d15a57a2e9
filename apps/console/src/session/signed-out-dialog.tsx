'use client';
import { Modal, Text } from '@mantine/core';
import dynamic from 'next/dynamic';
import { usePathname } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { SignInForm } from './sign-in-form';

// every page has this dialog, and few installations a provider
const ProviderSignInBeside = dynamic(
  () => import('./provider-sign-in-beside').then((module) => module.ProviderSignInBeside),
  { ssr: false },
);

/** When a session ends under an open page, signing in happens above it: nothing typed is lost. */
export function SignedOutDialog(props: { readonly opened: boolean; readonly onSignedIn: () => void }) {
  const t = useTranslations('signIn');
  const isEntrance = ['/sign-in', '/invitation'].includes(usePathname());
  return (
    <Modal
      opened={props.opened && !isEntrance}
      onClose={() => {}}
      withCloseButton={false}
      // above a dialog or a drawer that is open, whichever came first
      zIndex={500}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t('endedTitle')}
    >
      <Text size="sm" c="dimmed" mb="md">
        {t('endedText')}
      </Text>
      <SignInForm onSignedIn={props.onSignedIn} />
      <ProviderSignInBeside onSignedIn={props.onSignedIn} />
    </Modal>
  );
}
