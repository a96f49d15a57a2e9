'use client';
import {
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconHistory,
  IconPackage,
  IconPlayerPlay,
} from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { Tag } from '@/design/tag';
import type { GateVerdict, ModelStatus } from '@/generated/graphql';

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
