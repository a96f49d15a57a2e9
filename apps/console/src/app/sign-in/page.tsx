import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { BrandMark } from '@/design/brand-mark';
import { returnPath } from '@/session/return-path';
import { LanguageSwitch } from '@/shell/language-switch';
import { ThemeSwitch } from '@/shell/theme-switch';
import styles from './sign-in.module.css';
import { SignInPanel } from './sign-in-panel';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('signIn'))('title') };
}

export default async function SignInPage(props: {
  readonly searchParams: Promise<{ from?: string | string[] }>;
}) {
  const t = await getTranslations('signIn');
  const { from } = await props.searchParams;
  return (
    <div className={styles.page}>
      <main className={styles.card}>
        <div className={styles.brand}>
          <BrandMark size={36} />
          <span>Kindling</span>
        </div>
        <h1 className={styles.title}>{t('heading')}</h1>
        <p className={styles.text}>{t('text')}</p>
        <SignInPanel returnTo={returnPath(typeof from === 'string' ? from : null)} />
        <p className={styles.hint}>{t('hint')}</p>
      </main>
      <div className={styles.switches}>
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
    </div>
  );
}
