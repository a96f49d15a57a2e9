import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ModelsPage } from '@/models/models-page';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('pages'))('models') };
}

export default function Page() {
  return <ModelsPage />;
}
