'use client';
import { Anchor } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { RuleFindingsQuery } from '@/generated/graphql';
import styles from './rule-findings.module.css';

export type Finding = RuleFindingsQuery['lintRules'][number];

export const ruleHref = (key: string) => `/cold-start/rule?key=${encodeURIComponent(key)}`;

/** What the linter says of a rule; the other rule is named and a link. */
export function RuleFindings(props: { readonly of: string; readonly findings: readonly Finding[] }) {
  const t = useTranslations('rules');
  if (props.findings.length === 0) return null;
  return (
    <ul className={styles.findings}>
      {props.findings.map((finding) => {
        const other = finding.rule === props.of ? finding.other : finding.rule;
        const Icon = finding.severity === 'error' ? IconAlertTriangle : IconInfoCircle;
        return (
          <li key={`${finding.rule} ${finding.code} ${finding.other ?? ''}`} data-severity={finding.severity}>
            <Icon size={16} aria-label={t(`severity.${finding.severity}`)} role="img" />
            <span>
              {finding.message}{' '}
              {other == null ? null : (
                <Anchor component={Link} href={ruleHref(other)} inherit underline="always">
                  {t('toRule', { key: other })}
                </Anchor>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
