'use client';
import { IconAlertTriangle, IconCircleCheck, IconClock } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { Tag } from '@/design/tag';
import type { EncodingState } from './item-filters';

const look = {
  ENCODED: { tone: 'good', Icon: IconCircleCheck },
  WAITING: { tone: 'plain', Icon: IconClock },
  FAILED: { tone: 'bad', Icon: IconAlertTriangle },
} as const;

/** Whether the encoder has read the item as it is now. */
export function EncodingTag({ state }: { readonly state: EncodingState }) {
  const t = useTranslations('encoding');
  const { tone, Icon } = look[state];
  return (
    <Tag tone={tone} icon={<Icon size={13} aria-hidden />} title={t(`${state}_hint`)}>
      {t(state)}
    </Tag>
  );
}
