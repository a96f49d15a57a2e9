import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { Entrance } from '@/session/entrance';
import { InvitationPanel } from './invitation-panel';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('invitation'))('title') };
}

export default async function InvitationPage() {
  const t = await getTranslations('invitation');
  return (
    <Entrance heading={t('heading')}>
      <InvitationPanel />
    </Entrance>
  );
}
