import type { useTranslations } from 'next-intl';

/** Who did something, as people say it: members by their address, keys by their first characters, or Kindling itself. */
export function actorText(t: ReturnType<typeof useTranslations<'models'>>, actor: string): string {
  if (actor.startsWith('member:')) return actor.slice('member:'.length);
  if (actor.startsWith('key:')) return t('actorKey', { key: actor.slice('key:'.length) });
  return t('actorSystem');
}
