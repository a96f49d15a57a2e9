'use client';
import {
  IconAdjustments,
  IconLayoutGrid,
  IconLifebuoy,
  IconListDetails,
  IconMoodSmile,
  IconTelescope,
  IconUsersGroup,
} from '@tabler/icons-react';
import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import { PageHeader } from '@/design/page-header';
import { loadingTab as loading, PageTabs } from '@/design/page-tabs';
import { useEdited } from './use-edited';

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

const PlacementsTab = dynamic(
  () => import('@/placements/placements-tab').then((module) => module.PlacementsTab),
  {
    loading,
  },
);
const StrategiesTab = dynamic(
  () => import('@/strategies/strategies-tab').then((module) => module.StrategiesTab),
  {
    loading,
  },
);
const SegmentsTab = dynamic(() => import('@/segments/segments-tab').then((module) => module.SegmentsTab), {
  loading,
});

const tabs = [
  { name: 'rules', Icon: IconListDetails, Content: RuleList },
  { name: 'placements', Icon: IconLayoutGrid, Content: PlacementsTab },
  { name: 'strategies', Icon: IconAdjustments, Content: StrategiesTab },
  { name: 'segments', Icon: IconUsersGroup, Content: SegmentsTab },
  { name: 'exploration', Icon: IconTelescope, Content: ExplorationTab },
  { name: 'fallback', Icon: IconLifebuoy, Content: FallbackTab },
  { name: 'onboarding', Icon: IconMoodSmile, Content: OnboardingTab },
] as const;

/** How the engine is steered while little is known of items and visitors. */
export function ColdStartPage() {
  const t = useTranslations('coldStart');
  const { close } = useEdited();
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      <PageTabs
        label={t('title')}
        tabs={tabs.map((tab) => ({ ...tab, label: t(tab.name) }))}
        // what is edited belongs to its tab
        onLeave={close}
      />
    </>
  );
}
