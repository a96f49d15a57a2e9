'use client';
import { Anchor, Button, Checkbox } from '@mantine/core';
import { IconClock, IconGripVertical, IconLayoutGrid, IconPackages, IconUsers } from '@tabler/icons-react';
import Link from 'next/link';
import { useFormatter, useNow, useTranslations } from 'next-intl';
import { type DragEvent, useState } from 'react';
import { Tag } from '@/design/tag';
import { useActorText } from '@/design/use-actor-text';
import { type Finding, RuleFindings, ruleHref } from './rule-findings';
import styles from './rule-list.module.css';
import { RuleStatusTag } from './rule-status-tag';
import { type RuleFact, useRuleText } from './rule-text';
import type { Rule } from './use-rules';

const icons: Record<RuleFact['kind'], typeof IconClock> = {
  placements: IconLayoutGrid,
  window: IconClock,
  profile: IconUsers,
  items: IconPackages,
};
const dragType = 'application/x-kindling-rule';

/** One rule: what it does, when, for whom, on which items; where it stands, and what speaks against it. */
export function RuleRow(props: {
  readonly rule: Rule;
  /** Among the rules that are not archived, from 1. */
  readonly position: number | null;
  readonly findings: readonly Finding[];
  readonly may: boolean;
  readonly isSelected: boolean;
  readonly onSelect: (on: boolean) => void;
  readonly onMove: () => void;
  /** Another rule was dropped here. */
  readonly onDropped: (key: string) => void;
}) {
  const t = useTranslations('rules');
  const format = useFormatter();
  const actorText = useActorText();
  const now = useNow({ updateInterval: 60_000 });
  const { rule, position } = props;
  const text = useRuleText();
  const facts = text.facts(rule.condition);
  const [isOver, setIsOver] = useState(false);
  const [isDragged, setIsDragged] = useState(false);
  const accept = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes(dragType) || position === null) return;
    event.preventDefault();
    setIsOver(true);
  };
  return (
    <li
      className={styles.row}
      data-over={isOver}
      data-dragged={isDragged}
      onDragEnter={accept}
      onDragOver={accept}
      onDragLeave={() => setIsOver(false)}
      onDrop={(event) => {
        setIsOver(false);
        const key = event.dataTransfer.getData(dragType);
        if (key !== '' && key !== rule.key) props.onDropped(key);
      }}
    >
      <Checkbox
        className={styles.check}
        size="xs"
        aria-label={t('select', { key: rule.key })}
        checked={props.isSelected}
        disabled={!props.may}
        onChange={(event) => props.onSelect(event.currentTarget.checked)}
      />
      {props.may && position !== null ? (
        // For a pointer only: "Move" in the row is the same for everybody.
        <span
          className={styles.grip}
          aria-hidden
          draggable
          title={t('drag')}
          onDragStart={(event) => {
            event.dataTransfer.setData(dragType, rule.key);
            event.dataTransfer.effectAllowed = 'move';
            setIsDragged(true);
          }}
          onDragEnd={() => setIsDragged(false)}
        >
          <IconGripVertical size={16} />
        </span>
      ) : (
        <span className={styles.grip} style={{ visibility: 'hidden' }} aria-hidden />
      )}
      <span className={styles.position}>{position ?? '–'}</span>
      <div className={styles.main}>
        <div className={styles.head}>
          <Anchor component={Link} href={ruleHref(rule.key)} className={styles.key}>
            {rule.key}
          </Anchor>
          <Tag tone="accent">{text.kindLabel(rule.kind)}</Tag>
          <RuleStatusTag rule={rule} />
        </div>
        <div className={styles.effect}>{text.effect(rule.kind, rule.arguments)}</div>
        <ul className={styles.facts}>
          {facts.length === 0 ? <li>{t('always')}</li> : null}
          {facts.map(({ kind, text: words }) => {
            const Icon = icons[kind];
            return (
              <li key={words} title={t(`facts.${kind}`)}>
                <Icon size={14} aria-label={t(`facts.${kind}`)} role="img" />
                {words}
              </li>
            );
          })}
        </ul>
        <RuleFindings of={rule.key} findings={props.findings} />
      </div>
      <div className={styles.when}>
        <span>
          {t('priority')} <strong className="number">{format.number(rule.priority)}</strong>
        </span>
        <time dateTime={rule.changedAt} title={actorText(rule.author)}>
          {format.relativeTime(new Date(rule.changedAt), now)}
        </time>
        {props.may && position !== null ? (
          <Button
            variant="default"
            size="compact-xs"
            onClick={props.onMove}
            aria-label={t('moveNamed', { key: rule.key })}
          >
            {t('move')}
          </Button>
        ) : null}
      </div>
    </li>
  );
}
