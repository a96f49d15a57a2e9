'use client';
import { useFormatter, useTranslations } from 'next-intl';
import { useDuration } from '@/design/use-duration';
import type { MetricKind } from '@/generated/graphql';
import { textOr } from '@/i18n/text-or';

interface NamedMetric {
  readonly key: string;
  readonly name: string;
  readonly kind: MetricKind;
  readonly version: number;
}

/** Names and values of metrics as people read them, and lifts with their sign. */
export function useMetricText() {
  const t = useTranslations('experiments');
  const format = useFormatter();
  const duration = useDuration();
  const lift = (value: number) =>
    format.number(value, {
      style: 'percent',
      maximumFractionDigits: Math.abs(value) < 1 ? 1 : 0,
      minimumFractionDigits: Math.abs(value) < 1 ? 1 : 0,
      signDisplay: 'exceptZero',
    });
  return {
    /** A preset is said in the reader's language; what somebody named themselves is left as it is. */
    name: ({ key, name, version }: Pick<NamedMetric, 'key' | 'name' | 'version'>) =>
      version === 1 ? textOr(t, `metric.${key}`, name) : name,
    value: ({ kind }: Pick<NamedMetric, 'kind'>, value: number) => {
      switch (kind) {
        case 'CONVERSION':
        case 'RATIO':
        case 'RETENTION':
        case 'WIN_SHARE':
          return format.number(value, { style: 'percent', maximumFractionDigits: 1 });
        case 'TIME_TO_FIRST':
          return duration(value);
        case 'COUNT':
        case 'REVENUE':
          return format.number(value, { maximumSignificantDigits: 3 });
      }
    },
    lift,
    range: ({ low, high }: { readonly low: number; readonly high: number }) =>
      t('range', { low: lift(low), high: lift(high) }),
  };
}
