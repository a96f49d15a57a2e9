'use client';
import { Skeleton, Tabs } from '@mantine/core';
import { IconLifebuoy, IconListDetails, IconMoodSmile, IconTelescope } from '@tabler/icons-react';
import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { PageHeader } from '@/design/page-header';

const loading = () => <Skeleton height={420} aria-busy="true" />;
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

const tabs = ['rules', 'exploration', 'fallback', 'onboarding'] as const;
const icons = {
  rules: IconListDetails,
  exploration: IconTelescope,
  fallback: IconLifebuoy,
  onboarding: IconMoodSmile,
};
const contents = {
  rules: RuleList,
  exploration: ExplorationTab,
  fallback: FallbackTab,
  onboarding: OnboardingTab,
};

/** How the engine is steered while little is known of items and visitors. */
export function ColdStartPage() {
  const t = useTranslations('coldStart');
  const [tab, setTab] = useQueryState('tab', parseAsStringLiteral(tabs).withDefault('rules'));
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      <Tabs
        value={tab}
        onChange={(value) => void setTab(tabs.find((name) => name === value) ?? 'rules')}
        keepMounted={false}
      >
        <Tabs.List mb="md" aria-label={t('title')}>
          {tabs.map((name) => {
            const Icon = icons[name];
            return (
              <Tabs.Tab key={name} value={name} leftSection={<Icon size={16} aria-hidden />}>
                {t(name)}
              </Tabs.Tab>
            );
          })}
        </Tabs.List>
        {tabs.map((name) => {
          const Content = contents[name];
          return (
            <Tabs.Panel key={name} value={name}>
              <Content />
            </Tabs.Panel>
          );
        })}
      </Tabs>
    </>
  );
}
