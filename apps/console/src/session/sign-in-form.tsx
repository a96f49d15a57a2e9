'use client';
import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { type FormEvent, useRef, useState } from 'react';
import { ProblemNotice } from '@/design/problem-notice';
import { asFailure, Failure } from '@/graphql/failure';
import { useSignIn } from './session';

/** Email and password. `onSignedIn` runs when the session cookie is set. */
export function SignInForm({ onSignedIn }: { readonly onSignedIn: () => void }) {
  const t = useTranslations('signIn');
  const signIn = useSignIn();
  const password = useRef<HTMLInputElement>(null);
  const [missing, setMissing] = useState<{ email?: string; password?: string }>({});

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const credentials = { email: String(form.get('email')).trim(), password: String(form.get('password')) };
    const lacks = {
      ...(/^\S+@\S+$/.test(credentials.email) ? {} : { email: t('emailMissing') }),
      ...(credentials.password === '' ? { password: t('passwordMissing') } : {}),
    };
    setMissing(lacks);
    if (Object.keys(lacks).length > 0) return;
    signIn.mutate(credentials, {
      onSuccess: onSignedIn,
      onError: () => password.current?.select(),
    });
  };

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {signIn.error === null ? null : (
          <ProblemNotice failure={explained(asFailure(signIn.error), t('wrong'))} />
        )}
        <TextInput
          name="email"
          type="email"
          label={t('email')}
          autoComplete="username"
          size="md"
          error={missing.email}
          data-autofocus
        />
        <PasswordInput
          ref={password}
          name="password"
          label={t('password')}
          autoComplete="current-password"
          size="md"
          error={missing.password}
          visibilityToggleButtonProps={{ 'aria-label': t('showPassword') }}
        />
        <Button type="submit" size="md" loading={signIn.isPending} fullWidth>
          {t('submit')}
        </Button>
      </Stack>
    </form>
  );
}

function explained(failure: Failure, wrongCredentials: string): Failure {
  return failure.isSignedOut ? new Failure('WRONG_CREDENTIALS', wrongCredentials) : failure;
}
