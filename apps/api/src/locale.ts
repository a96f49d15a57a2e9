/** The languages in which reasons are written. */
export type Locale = 'en' | 'zh-CN';

/** `context.locale` or Accept-Language, whichever names one of ours first; English otherwise. */
export function localeOf(...wishes: readonly (string | null | undefined)[]): Locale {
  for (const wish of wishes) {
    for (const range of (wish ?? '').split(',')) {
      const language = range.split(';')[0]?.trim().toLowerCase() ?? '';
      if (language === 'zh' || language.startsWith('zh-')) return 'zh-CN';
      if (language === 'en' || language.startsWith('en-')) return 'en';
    }
  }
  return 'en';
}
