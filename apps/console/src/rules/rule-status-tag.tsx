'use client';
import { IconArchive, IconBolt, IconEye, IconPencil, IconRocket } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { Tag, type Tone } from '@/design/tag';
import type { Rule } from './use-rules';

const look: Record<Rule['status'], { readonly tone: Tone; readonly Icon: typeof IconBolt }> = {
  DRAFT: { tone: 'plain', Icon: IconPencil },
  IN_REVIEW: { tone: 'warming', Icon: IconEye },
  PUBLISHED: { tone: 'good', Icon: IconRocket },
  ARCHIVED: { tone: 'plain', Icon: IconArchive },
};

/** Where a rule is in its life; and, beside a draft, that an earlier version of it acts. */
export function RuleStatusTag({ rule }: { readonly rule: Pick<Rule, 'status' | 'liveRevision'> }) {
  const t = useTranslations('rules');
  const { tone, Icon } = look[rule.status];
  return (
    <>
      <Tag tone={tone} icon={<Icon size={13} aria-hidden />} title={t(`status.${rule.status}_hint`)}>
        {t(`status.${rule.status}`)}
      </Tag>
      {rule.status !== 'PUBLISHED' && rule.liveRevision !== null ? (
        <Tag tone="good" icon={<IconBolt size={13} aria-hidden />} title={t('liveHint')}>
          {t('live', { revision: rule.liveRevision ?? 0 })}
        </Tag>
      ) : null}
    </>
  );
}
