'use client';
import { useTranslations } from 'next-intl';

/** Who did something, as people say it: members by their address, keys by their first characters, or Kindling itself. */
export function useActorText(): (actor: string) => string {
  const t = useTranslations('actor');
  return (actor) => {
    if (actor.startsWith('member:')) return actor.slice('member:'.length);
    if (actor.startsWith('key:')) return t('key', { key: actor.slice('key:'.length) });
    return t('system');
  };
}
