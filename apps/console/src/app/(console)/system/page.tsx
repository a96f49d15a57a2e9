import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { SystemPage } from '@/system/system-page';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('pages'))('system') };
}

export default function Page() {
  return <SystemPage />;
}
