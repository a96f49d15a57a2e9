'use client';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconGavel,
  IconHourglass,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconPlugX,
} from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { Tag } from '@/design/tag';
import type { ExperimentStatus } from '@/generated/graphql';
import type { Standing } from './standing';

const statusLook = {
  DRAFT: { tone: 'plain', Icon: IconPencil },
  RUNNING: { tone: 'accent', Icon: IconPlayerPlay },
  STOPPED: { tone: 'plain', Icon: IconPlayerStop },
  DECIDED: { tone: 'good', Icon: IconCircleCheck },
} as const;

export function ExperimentStatusTag({ status }: { readonly status: ExperimentStatus }) {
  const t = useTranslations('experiments');
  const { tone, Icon } = statusLook[status];
  return (
    <Tag tone={tone} icon={<Icon size={13} aria-hidden />}>
      {t(`status.${status}`)}
    </Tag>
  );
}

const standingLook = {
  broken: { tone: 'bad', Icon: IconAlertTriangle },
  decide: { tone: 'warming', Icon: IconGavel },
  killed: { tone: 'bad', Icon: IconPlugX },
  collecting: { tone: 'cold', Icon: IconHourglass },
  healthy: { tone: 'good', Icon: IconCircleCheck },
  paused: { tone: 'plain', Icon: IconPlayerPause },
} as const;

/** What matters of a running or stopped experiment, in a word. */
export function StandingTag({ standing }: { readonly standing: Standing }) {
  const t = useTranslations('experiments');
  const { tone, Icon } = standingLook[standing];
  return (
    <Tag tone={tone} icon={<Icon size={13} aria-hidden />} title={t(`standingHint.${standing}`)}>
      {t(`standing.${standing}`)}
    </Tag>
  );
}
