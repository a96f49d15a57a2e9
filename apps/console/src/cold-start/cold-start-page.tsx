'use client';
import { Tabs } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { PageHeader } from '@/design/page-header';
import { RuleList } from '@/rules/rule-list';

const tabs = ['rules'] as const;
const icons = { rules: IconListDetails };

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
        <Tabs.Panel value="rules">
          <RuleList />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
