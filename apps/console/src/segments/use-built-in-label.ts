'use client';
import { useTranslations } from 'next-intl';
import { textOr } from '@/i18n/text-or';

/** What a segment that every catalogue has is called in the reader's language. */
export function useBuiltInLabel(): (key: string, label: string) => string {
  const t = useTranslations('segments.builtInLabels');
  return (key, label) => textOr(t, key, label);
}
