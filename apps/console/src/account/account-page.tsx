'use client';
import { Stack } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { PageHeader } from '@/design/page-header';
import { useSession } from '@/session/session';
import { MySessions } from './my-sessions';
import { PasswordForm } from './password-form';

/** What is a person's own: where they are signed in, and their password. */
export function AccountPage() {
  const t = useTranslations('account');
  const me = useSession().data;
  return (
    <>
      <PageHeader title={t('title')} text={me === undefined ? '\u00a0' : `${me.name} · ${me.email}`} />
      <Stack gap="lg">
        <MySessions />
        {me?.hasPassword === false ? null : <PasswordForm />}
      </Stack>
    </>
  );
}
