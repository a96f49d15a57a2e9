'use client';
import { useTranslations } from 'next-intl';

/** Seconds in words that suit their size: "< 1 s", "8 s", "3 min 20 s", "2 h 5 min". */
export function useDuration(): (seconds: number) => string {
  const t = useTranslations('duration');
  return (seconds) => {
    const whole = Math.max(0, Math.round(seconds));
    if (seconds > 0 && seconds < 1) return t('instant');
    if (whole < 60) return t('seconds', { seconds: whole });
    if (whole < 3_600) return t('minutes', { minutes: Math.floor(whole / 60), seconds: whole % 60 });
    return t('hours', { hours: Math.floor(whole / 3_600), minutes: Math.floor((whole % 3_600) / 60) });
  };
}
