import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ColdStartPage } from '@/cold-start/cold-start-page';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('pages'))('coldStart') };
}

export default function Page() {
  return <ColdStartPage />;
}
