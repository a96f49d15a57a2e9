import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { PreviewPage } from '@/preview/preview-page';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('pages'))('preview') };
}

export default function Page() {
  return <PreviewPage />;
}
