'use client';
import { IconRobot } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { Tag } from './tag';

/** Stands beside every figure that simulated visitors took part in. */
export function SimulatedTag({ children }: { readonly children?: ReactNode }) {
  const t = useTranslations('simulated');
  return (
    <Tag tone="simulated" icon={<IconRobot size={13} aria-hidden />} title={t('hint')}>
      {children ?? t('label')}
    </Tag>
  );
}
