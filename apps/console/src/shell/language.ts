import { type Locale, localeCookie } from '@/i18n/locale';

/** Remembers the language for a year; the next answer of the server speaks it. */
export function chooseLanguage(locale: Locale): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Firefox and Safari
  document.cookie = `${localeCookie}=${locale}; path=/; max-age=31536000; samesite=lax`;
}
