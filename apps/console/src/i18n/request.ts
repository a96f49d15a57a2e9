import { cookies, headers } from 'next/headers';
import { getRequestConfig } from 'next-intl/server';
import { chooseLocale, localeCookie } from './locale';

export default getRequestConfig(async () => {
  const locale = chooseLocale(
    (await cookies()).get(localeCookie)?.value,
    (await headers()).get('accept-language'),
  );
  const messages = (await import(`../messages/${locale}.json`)).default;
  // One zone on the server and in the browser until the browser's own is known: see use-time-zone.
  return { locale, messages, timeZone: 'UTC' };
});
