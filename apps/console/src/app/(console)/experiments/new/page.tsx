import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { NewExperimentPage } from '@/experiments/new-experiment-page';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('pages'))('experiments') };
}

export default function Page() {
  return <NewExperimentPage />;
}
