'use client';
import { IconFlame, IconSnowflake, IconTemperature } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { Tag } from './tag';

export type Coldness = 'COLD' | 'WARMING' | 'WARM';
const look = {
  COLD: { tone: 'cold', Icon: IconSnowflake },
  WARMING: { tone: 'warming', Icon: IconTemperature },
  WARM: { tone: 'warm', Icon: IconFlame },
} as const;

/** How much evidence there is behind an item or a profile. */
export function ColdnessTag({ coldness }: { readonly coldness: Coldness }) {
  const t = useTranslations('coldness');
  const { tone, Icon } = look[coldness];
  return (
    <Tag tone={tone} icon={<Icon size={13} aria-hidden />} title={t(`${coldness}_hint`)}>
      {t(coldness)}
    </Tag>
  );
}
