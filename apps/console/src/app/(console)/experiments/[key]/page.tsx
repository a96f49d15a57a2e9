import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ExperimentPage } from '@/experiments/experiment-page';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('pages'))('experiments') };
}

export default async function Page({ params }: { readonly params: Promise<{ readonly key: string }> }) {
  return <ExperimentPage experimentKey={decodeURIComponent((await params).key)} />;
}
