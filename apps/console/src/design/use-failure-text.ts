'use client';
import { useTranslations } from 'next-intl';
import type { Failure } from '@/graphql/failure';

/**
 * A failure in the reader's language. What the API says about bad input is more exact than any sentence of ours, so
 * it passes as it is; what concerns the connection is ours to explain.
 */
export function useFailureText(failure: Failure): string {
  const t = useTranslations('problem');
  switch (failure.code) {
    case 'OFFLINE':
      return t('offline');
    case 'TIMEOUT':
      return t('timeout');
    case 'UNAVAILABLE':
      return t('unavailable');
    case 'RATE_LIMITED':
      return t('rateLimited');
    case 'FORBIDDEN':
      return t('forbidden', { detail: failure.message });
    case 'UNAUTHENTICATED':
      return t('signedOut');
    default:
      return failure.message;
  }
}
