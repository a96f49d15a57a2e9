import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { EvaluationPage } from '@/evaluations/evaluation-page';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('evaluations'))('one') };
}

export default async function Page({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  return <EvaluationPage id={(await params).id} />;
}
