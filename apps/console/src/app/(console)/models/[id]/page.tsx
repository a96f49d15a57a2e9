import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ModelPage } from '@/models/model-page';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('pages'))('models') };
}

export default async function Page({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  return <ModelPage id={(await params).id} />;
}
