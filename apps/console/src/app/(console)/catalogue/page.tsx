import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { CataloguePage } from '@/catalogue/catalogue-page';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('pages'))('catalogue') };
}

export default function Page() {
  return <CataloguePage />;
}
