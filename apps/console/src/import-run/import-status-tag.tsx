'use client';
import { IconAlertTriangle, IconCircleCheck, IconClock, IconLoader } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { Tag } from '@/design/tag';

const look = {
  QUEUED: { tone: 'plain', Icon: IconClock },
  RUNNING: { tone: 'warming', Icon: IconLoader },
  SUCCEEDED: { tone: 'good', Icon: IconCircleCheck },
  FAILED: { tone: 'bad', Icon: IconAlertTriangle },
} as const;

export function ImportStatusTag({ status }: { readonly status: keyof typeof look }) {
  const t = useTranslations('importStatus');
  const { tone, Icon } = look[status];
  return (
    <Tag tone={tone} icon={<Icon size={13} aria-hidden />}>
      {t(status)}
    </Tag>
  );
}
