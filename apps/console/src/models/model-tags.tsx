'use client';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconClock,
  IconHistory,
  IconLoader,
  IconPackage,
  IconPlayerPlay,
} from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { Tag } from '@/design/tag';
import type { GateVerdict, ModelStatus, TrainingStatus } from '@/generated/graphql';

const statusLook = {
  ACTIVE: { tone: 'good', Icon: IconPlayerPlay },
  READY: { tone: 'cold', Icon: IconPackage },
  RETIRED: { tone: 'plain', Icon: IconHistory },
} as const;

export function ModelStatusTag({ status }: { readonly status: ModelStatus }) {
  const t = useTranslations('models');
  const { tone, Icon } = statusLook[status];
  return (
    <Tag tone={tone} icon={<Icon size={13} aria-hidden />} title={t(`statusHint.${status}`)}>
      {t(`status.${status}`)}
    </Tag>
  );
}

const verdictLook = {
  PASSED: { tone: 'good', Icon: IconCircleCheck },
  UNDECIDED: { tone: 'warming', Icon: IconCircleDashed },
  FAILED: { tone: 'bad', Icon: IconCircleX },
} as const;

export function GateTag({ verdict }: { readonly verdict: GateVerdict }) {
  const t = useTranslations('models');
  const { tone, Icon } = verdictLook[verdict];
  return (
    <Tag tone={tone} icon={<Icon size={13} aria-hidden />}>
      {t(`verdict.${verdict}`)}
    </Tag>
  );
}

const trainingLook = {
  QUEUED: { tone: 'plain', Icon: IconClock },
  RUNNING: { tone: 'warming', Icon: IconLoader },
  SUCCEEDED: { tone: 'good', Icon: IconCircleCheck },
  FAILED: { tone: 'bad', Icon: IconAlertTriangle },
  CANCELLED: { tone: 'plain', Icon: IconCircleX },
} as const;

export function TrainingStatusTag({ status }: { readonly status: TrainingStatus }) {
  const t = useTranslations('training');
  const { tone, Icon } = trainingLook[status];
  return (
    <Tag tone={tone} icon={<Icon size={13} aria-hidden />}>
      {t(`status.${status}`)}
    </Tag>
  );
}
