import { useFormatter, useTranslations } from 'next-intl';
import type { Interval } from '@/design/chart/interval-plot';

/** How measures of quality are written: three places, the interval in brackets; a difference with its sign. */
export function useIntervalText() {
  const t = useTranslations('models');
  const format = useFormatter();
  const places = { minimumFractionDigits: 3, maximumFractionDigits: 3 };
  const number = (value: number) => format.number(value, places);
  const signed = (value: number) => format.number(value, { ...places, signDisplay: 'exceptZero' });
  return {
    mean: ({ mean }: Interval) => number(mean),
    range: ({ low, high }: Interval) => t('interval', { low: number(low), high: number(high) }),
    difference: ({ mean }: Interval) => signed(mean),
    differenceRange: ({ low, high }: Interval) => t('interval', { low: signed(low), high: signed(high) }),
  };
}
