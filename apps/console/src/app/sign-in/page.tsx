import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { Entrance } from '@/session/entrance';
import { returnPath } from '@/session/return-path';
import { SignInPanel } from './sign-in-panel';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('signIn'))('title') };
}

export default async function SignInPage(props: {
  readonly searchParams: Promise<{ from?: string | string[]; problem?: string | string[] }>;
}) {
  const t = await getTranslations('signIn');
  const { from, problem } = await props.searchParams;
  return (
    <Entrance heading={t('heading')} text={t('text')} hint={t('hint')}>
      <SignInPanel
        returnTo={returnPath(typeof from === 'string' ? from : null)}
        problem={typeof problem === 'string' ? problem : null}
      />
    </Entrance>
  );
}
