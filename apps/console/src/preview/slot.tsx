'use client';
import { Collapse, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconTelescope } from '@tabler/icons-react';
import { useFormatter, useTranslations } from 'next-intl';
import { useId } from 'react';
import { ColdnessTag } from '@/design/coldness-tag';
import { Tag } from '@/design/tag';
import type { PreviewQuery } from '@/generated/graphql';
import { Ledger } from './ledger';
import styles from './slot.module.css';

export type PreviewEdge = PreviewQuery['preview']['edges'][number];

/** One place of the list: the item, the sentence a visitor could be told, and on demand the sum behind it. */
export function Slot(props: { readonly edge: PreviewEdge; readonly range: readonly [number, number] }) {
  const t = useTranslations('preview');
  const format = useFormatter();
  const [opened, { toggle }] = useDisclosure(props.edge.rank === 1);
  const id = useId();
  const { edge } = props;
  return (
    <li className={styles.slot}>
      <UnstyledButton className={styles.summary} onClick={toggle} aria-expanded={opened} aria-controls={id}>
        <span className={styles.rank}>{edge.rank}</span>
        <span className={styles.words}>
          <span className={styles.title}>{edge.node.title}</span>
          <span className={styles.reason}>{edge.reason}</span>
          <span className={styles.tags}>
            <ColdnessTag coldness={edge.coldness} />
            {edge.isExploration ? (
              <Tag tone="accent" icon={<IconTelescope size={13} aria-hidden />} title={t('exploringHint')}>
                {t('exploring', {
                  percent: format.number(edge.propensity, { style: 'percent', maximumFractionDigits: 1 }),
                })}
              </Tag>
            ) : null}
            {edge.node.categories.slice(0, 3).map((category) => (
              <Tag key={category}>{category}</Tag>
            ))}
          </span>
        </span>
        <span className={styles.score}>
          <span className={styles.scoreLabel}>{t('score')}</span>
          <span className="number">
            {format.number(edge.score, { minimumFractionDigits: 3, maximumFractionDigits: 3 })}
          </span>
        </span>
        <IconChevronDown size={18} className={styles.chevron} data-opened={opened} aria-hidden />
      </UnstyledButton>
      <Collapse expanded={opened} id={id}>
        <Ledger edge={edge} range={props.range} />
      </Collapse>
    </li>
  );
}
