'use client';
import { Skeleton } from '@mantine/core';
import {
  IconHistory,
  IconKey,
  IconMailOff,
  IconPlayerPlay,
  IconUsers,
  IconWebhook,
} from '@tabler/icons-react';
import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import { PageHeader } from '@/design/page-header';
import { loadingTab as loading, PageTabs } from '@/design/page-tabs';
import { QueryView } from '@/design/query-view';
import { useSession } from '@/session/session';
import { useMay } from '@/session/use-may';

// One tab is looked at at a time: the others are loaded when they are opened.
const Keys = dynamic(() => import('./keys').then((module) => module.Keys), { loading });
const MembersTab = dynamic(() => import('./members-tab').then((module) => module.MembersTab), { loading });
const Webhooks = dynamic(() => import('./webhooks').then((module) => module.Webhooks), { loading });
const Jobs = dynamic(() => import('./jobs').then((module) => module.Jobs), { loading });
const DeadLetters = dynamic(() => import('./dead-letters').then((module) => module.DeadLetters), { loading });
const AuditLog = dynamic(() => import('./audit-log').then((module) => module.AuditLog), { loading });

/** Others than administrators see the tabs that are for everybody; the API refuses them the rest. */
const tabs = [
  { name: 'keys', Icon: IconKey, Content: Keys, forEverybody: false },
  { name: 'members', Icon: IconUsers, Content: MembersTab, forEverybody: true },
  { name: 'webhooks', Icon: IconWebhook, Content: Webhooks, forEverybody: false },
  { name: 'jobs', Icon: IconPlayerPlay, Content: Jobs, forEverybody: true },
  { name: 'dead-letters', Icon: IconMailOff, Content: DeadLetters, forEverybody: true },
  { name: 'audit', Icon: IconHistory, Content: AuditLog, forEverybody: false },
] as const;

/** What keeps the catalogue running: keys of programs, people, webhooks, work, work that was given up, who changed what. */
export function SystemPage() {
  const t = useTranslations('system');
  const isAdmin = useMay('ADMIN');
  const session = useSession();
  const shown = tabs.filter(({ forEverybody }) => isAdmin || forEverybody);
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      <QueryView query={session} skeleton={<Skeleton height={460} radius="lg" />}>
        {() => <PageTabs label={t('title')} tabs={shown.map((tab) => ({ ...tab, label: t(tab.name) }))} />}
      </QueryView>
    </>
  );
}
