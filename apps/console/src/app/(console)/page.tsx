import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { OverviewPage } from '@/overview/overview-page';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('pages'))('overview') };
}

export default function Page() {
  return <OverviewPage />;
}
