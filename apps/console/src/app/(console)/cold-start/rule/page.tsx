import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { RuleEditorPage } from '@/rules/rule-editor-page';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('rules'))('one') };
}

export default function Page() {
  return <RuleEditorPage />;
}
