'use client';
import { Button, SegmentedControl, Skeleton, TextInput } from '@mantine/core';
import { IconListDetails, IconPlus, IconSearch } from '@tabler/icons-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useState } from 'react';
import { Empty } from '@/design/empty';
import { Panel } from '@/design/panel';
import { ProblemNotice } from '@/design/problem-notice';
import { QueryView } from '@/design/query-view';
import { asFailure } from '@/graphql/failure';
import { useMay } from '@/session/use-may';
import { MoveRuleDialog } from './move-rule-dialog';
import styles from './rule-list.module.css';
import { RuleRow } from './rule-row';
import { RuleSelectionBar } from './rule-selection-bar';
import { type Rule, useFindings, useRules } from './use-rules';

const shownOptions = ['current', 'DRAFT', 'IN_REVIEW', 'PUBLISHED', 'ARCHIVED'] as const;

/** Every rule in order of precedence, with what the linter says of it. */
export function RuleList() {
  const t = useTranslations('rules');
  const may = useMay('MERCHANDISER');
  const rules = useRules();
  const findings = useFindings();
  const [{ show, rule: words }, setFilter] = useQueryStates({
    show: parseAsStringLiteral(shownOptions).withDefault('current'),
    rule: parseAsString.withDefault(''),
  });
  const [selected, setSelected] = useState<readonly string[]>([]);
  const [moving, setMoving] = useState<{ readonly key: string; readonly position: number } | null>(null);
  return (
    <Panel
      title={t('title')}
      note={t('note')}
      flush
      action={
        may ? (
          <Button component={Link} href="/cold-start/rule" leftSection={<IconPlus size={16} aria-hidden />}>
            {t('new')}
          </Button>
        ) : null
      }
    >
      <div className={styles.bar}>
        <TextInput
          className={styles.search}
          aria-label={t('search')}
          placeholder={t('search')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={words}
          onChange={(event) => void setFilter({ rule: event.currentTarget.value || null })}
          data-page-search
        />
        <SegmentedControl
          aria-label={t('shown')}
          value={show}
          size="xs"
          data={shownOptions.map((value) => ({
            value,
            label: value === 'current' ? t('current') : t(`status.${value}`),
          }))}
          onChange={(value) => void setFilter({ show: shownOptions.find((one) => one === value) ?? null })}
        />
      </div>
      {findings.error === null ? null : (
        <div className={styles.problem}>
          <ProblemNotice failure={asFailure(findings.error)} onRetry={() => void findings.refetch()} />
        </div>
      )}
      <QueryView query={rules} skeleton={<Skeleton height={260} m="md" />}>
        {(all) => {
          // archived rules have no place among those that may act
          const current = all.filter(({ status }) => status !== 'ARCHIVED');
          const position = new Map(current.map(({ key }, index) => [key, index + 1]));
          const shown = all.filter((rule) => isShown(rule, show, words));
          if (all.length === 0 || (current.length === 0 && show === 'current')) return <NoRules may={may} />;
          if (shown.length === 0) return <p className={styles.none}>{t('nothingFound')}</p>;
          return (
            <>
              <RuleSelectionBar
                rules={all.filter(({ key }) => selected.includes(key))}
                onClear={() => setSelected([])}
              />
              <ol className={styles.list}>
                {shown.map((rule) => (
                  <RuleRow
                    key={rule.key}
                    rule={rule}
                    position={position.get(rule.key) ?? null}
                    findings={(findings.data ?? []).filter(
                      ({ rule: of, other }) => of !== null && (of === rule.key || other === rule.key),
                    )}
                    may={may}
                    isSelected={selected.includes(rule.key)}
                    onSelect={(on) =>
                      setSelected((old) => (on ? [...old, rule.key] : old.filter((key) => key !== rule.key)))
                    }
                    onMove={() => setMoving({ key: rule.key, position: position.get(rule.key) ?? 1 })}
                    onDropped={(key) => setMoving({ key, position: position.get(rule.key) ?? 1 })}
                  />
                ))}
              </ol>
              {moving === null ? null : (
                <MoveRuleDialog
                  rules={current}
                  ruleKey={moving.key}
                  position={moving.position}
                  onClose={() => setMoving(null)}
                />
              )}
            </>
          );
        }}
      </QueryView>
    </Panel>
  );
}

function isShown(rule: Rule, show: (typeof shownOptions)[number], words: string): boolean {
  const isOfStatus = show === 'current' ? rule.status !== 'ARCHIVED' : rule.status === show;
  const text = `${rule.key} ${rule.kind} ${JSON.stringify(rule.arguments)} ${JSON.stringify(rule.condition)}`;
  return isOfStatus && text.toLowerCase().includes(words.trim().toLowerCase());
}

function NoRules({ may }: { readonly may: boolean }) {
  const t = useTranslations('rules');
  return (
    <Empty
      icon={<IconListDetails size={24} />}
      title={t('none')}
      text={t('noneText')}
      action={
        may ? (
          <Button component={Link} href="/cold-start/rule" leftSection={<IconPlus size={16} aria-hidden />}>
            {t('first')}
          </Button>
        ) : null
      }
    />
  );
}
