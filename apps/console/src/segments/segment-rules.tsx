'use client';
import { Anchor } from '@mantine/core';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import list from '@/design/data-list.module.css';
import { Panel } from '@/design/panel';
import { asObject } from '@/form/form-value';
import { RuleStatusTag } from '@/rules/rule-status-tag';
import { type Rule, useRules } from '@/rules/use-rules';

/** The rules that act for a segment, archived ones not counted. */
export function useRulesOfSegment(key: string | null): readonly Rule[] {
  const rules = useRules().data ?? [];
  return rules.filter(({ status, condition }) => {
    const segments = asObject(asObject(condition)['profile'])['segments'];
    return status !== 'ARCHIVED' && Array.isArray(segments) && segments.includes(key);
  });
}

export function SegmentRules({ rules }: { readonly rules: readonly Rule[] }) {
  const t = useTranslations('segments');
  return (
    <Panel title={t('rules')} flush>
      {rules.length === 0 ? (
        <p className={list.empty}>{t('noRules')}</p>
      ) : (
        <ul className={list.list}>
          {rules.map((rule) => (
            <li key={rule.key} className={list.row}>
              <Anchor
                component={Link}
                size="sm"
                href={`/cold-start/rule?key=${encodeURIComponent(rule.key)}`}
              >
                {rule.key}
              </Anchor>
              <RuleStatusTag rule={rule} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
