import Link from 'next/link';
import { getTranslations } from 'next-intl/server';

export default async function NotFound() {
  const t = await getTranslations('shell');
  return (
    <main style={{ maxWidth: 480, margin: '20dvh auto 0', padding: 24 }}>
      <h1>{t('notFound')}</h1>
      <p>{t('notFoundText')}</p>
      <Link href="/" style={{ color: 'var(--mantine-color-anchor)' }}>
        {t('toOverview')}
      </Link>
    </main>
  );
}
