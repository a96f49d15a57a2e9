'use client';
import { IconLifebuoy, IconListDetails, IconMoodSmile, IconTelescope } from '@tabler/icons-react';
import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import { PageHeader } from '@/design/page-header';
import { loadingTab as loading, PageTabs } from '@/design/page-tabs';

// One tab is looked at at a time: the others are loaded when they are opened.
const RuleList = dynamic(() => import('@/rules/rule-list').then((module) => module.RuleList), { loading });
const ExplorationTab = dynamic(
  () => import('@/exploration/exploration-tab').then((module) => module.ExplorationTab),
  { loading },
);
const FallbackTab = dynamic(() => import('@/fallback/fallback-tab').then((module) => module.FallbackTab), {
  loading,
});
const OnboardingTab = dynamic(
  () => import('@/onboarding/onboarding-tab').then((module) => module.OnboardingTab),
  { loading },
);

const tabs = [
  { name: 'rules', Icon: IconListDetails, Content: RuleList },
  { name: 'exploration', Icon: IconTelescope, Content: ExplorationTab },
  { name: 'fallback', Icon: IconLifebuoy, Content: FallbackTab },
  { name: 'onboarding', Icon: IconMoodSmile, Content: OnboardingTab },
] as const;

/** How the engine is steered while little is known of items and visitors. */
export function ColdStartPage() {
  const t = useTranslations('coldStart');
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      <PageTabs label={t('title')} tabs={tabs.map((tab) => ({ ...tab, label: t(tab.name) }))} />
    </>
  );
}
