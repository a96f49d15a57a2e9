'use client';
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconClock, IconLoader } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { Tag } from '@/design/tag';
import type { JobStatus } from '@/generated/graphql';

const look = {
  QUEUED: { tone: 'plain', Icon: IconClock },
  RUNNING: { tone: 'warming', Icon: IconLoader },
  SUCCEEDED: { tone: 'good', Icon: IconCircleCheck },
  FAILED: { tone: 'bad', Icon: IconAlertTriangle },
  CANCELLED: { tone: 'plain', Icon: IconCircleX },
} as const;

/** How an import, a training or another job stands. */
export function JobStatusTag({ status }: { readonly status: JobStatus }) {
  const t = useTranslations('jobs');
  const { tone, Icon } = look[status];
  return (
    <Tag tone={tone} icon={<Icon size={13} aria-hidden />}>
      {t(`status.${status}`)}
    </Tag>
  );
}
