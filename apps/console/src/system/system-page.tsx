'use client';
import { Skeleton, Stack, Tabs } from '@mantine/core';
import { IconHistory, IconKey, IconMailOff, IconUsers, IconWebhook } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { PageHeader } from '@/design/page-header';
import { QueryView } from '@/design/query-view';
import { useSession } from '@/session/session';
import { useMay } from '@/session/use-may';
import { AuditLog } from './audit-log';
import { DeadLetters } from './dead-letters';
import { Invitations } from './invitations';
import { Keys } from './keys';
import { Members } from './members';
import { Webhooks } from './webhooks';

const tabs = ['keys', 'members', 'webhooks', 'dead-letters', 'audit'] as const;
const icons = {
  keys: IconKey,
  members: IconUsers,
  webhooks: IconWebhook,
  'dead-letters': IconMailOff,
  audit: IconHistory,
};
/** What others than administrators may see; the API refuses them the rest. */
const forEverybody: readonly (typeof tabs)[number][] = ['members', 'dead-letters'];

/** What keeps the catalogue running: keys of programs, people, webhooks, work that was given up, who changed what. */
export function SystemPage() {
  const t = useTranslations('system');
  const isAdmin = useMay('ADMIN');
  const session = useSession();
  const [wanted, setTab] = useQueryState('tab', parseAsStringLiteral(tabs));
  const shown = tabs.filter((name) => isAdmin || forEverybody.includes(name));
  const tab = shown.find((name) => name === wanted) ?? shown[0] ?? 'members';
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      <QueryView query={session} skeleton={<Skeleton height={460} radius="lg" />}>
        {() => (
          <Tabs
            value={tab}
            onChange={(value) => void setTab(tabs.find((name) => name === value) ?? null)}
            keepMounted={false}
          >
            <Tabs.List mb="md" aria-label={t('title')}>
              {shown.map((name) => {
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
            <Tabs.Panel value="members">
              <Stack gap="lg">
                <Members />
                {isAdmin ? <Invitations /> : null}
              </Stack>
            </Tabs.Panel>
            <Tabs.Panel value="webhooks">
              <Webhooks />
            </Tabs.Panel>
            <Tabs.Panel value="dead-letters">
              <DeadLetters />
            </Tabs.Panel>
            <Tabs.Panel value="audit">
              <AuditLog />
            </Tabs.Panel>
          </Tabs>
        )}
      </QueryView>
    </>
  );
}
