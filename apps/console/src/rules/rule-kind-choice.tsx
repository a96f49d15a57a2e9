'use client';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { ChoiceList } from '@/design/choice-list';
import { PageHeader } from '@/design/page-header';
import type { RuleKindsQuery } from '@/generated/graphql';

/** The first question about a new rule: what shall it do? */
export function RuleKindChoice(props: {
  readonly back: ReactNode;
  readonly kinds: RuleKindsQuery['ruleKinds'];
  readonly onChoose: (kind: string) => void;
}) {
  const t = useTranslations('rules');
  return (
    <>
      <PageHeader above={props.back} title={t('new')} text={t('chooseKind')} />
      <ChoiceList
        choices={props.kinds.map(({ kind, label, help }) => ({ id: kind, name: label, help }))}
        onChoose={props.onChoose}
      />
    </>
  );
}
