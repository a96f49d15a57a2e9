'use client';
import { UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { PageHeader } from '@/design/page-header';
import type { RuleKindsQuery } from '@/generated/graphql';
import styles from './rule-kind-choice.module.css';

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
      <ul className={styles.kinds}>
        {props.kinds.map(({ kind, label, help }) => (
          <li key={kind}>
            <UnstyledButton className={styles.kind} onClick={() => props.onChoose(kind)}>
              <span>
                <span className={styles.label}>{label}</span>
                <span className={styles.help}>{help}</span>
              </span>
              <IconChevronRight size={18} aria-hidden />
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </>
  );
}
