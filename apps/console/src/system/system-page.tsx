'use client';
import { Tabs } from '@mantine/core';
import { IconHistory, IconKey, IconMailOff } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { PageHeader } from '@/design/page-header';
import { AuditLog } from './audit-log';
import { DeadLetters } from './dead-letters';
import { Keys } from './keys';

const tabs = ['keys', 'dead-letters', 'audit'] as const;
const icons = { keys: IconKey, 'dead-letters': IconMailOff, audit: IconHistory };

/** What keeps the catalogue running: keys of programs, work that was given up, who changed what. */
export function SystemPage() {
  const t = useTranslations('system');
  const [tab, setTab] = useQueryState('tab', parseAsStringLiteral(tabs).withDefault('keys'));
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      <Tabs
        value={tab}
        onChange={(value) => void setTab(tabs.find((name) => name === value) ?? 'keys')}
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
        <Tabs.Panel value="keys">
          <Keys />
        </Tabs.Panel>
        <Tabs.Panel value="dead-letters">
          <DeadLetters />
        </Tabs.Panel>
        <Tabs.Panel value="audit">
          <AuditLog />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
