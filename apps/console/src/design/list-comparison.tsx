'use client';
import { IconArrowDown, IconArrowUp, IconMinus, IconPlus, IconX } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { changesBetween, countMovements, type ListChange, movementOf } from './list-change';
import styles from './list-comparison.module.css';

export interface ComparedItem {
  readonly itemId: string;
  readonly title: string;
}

const rowHeight = 44;
const gutter = 56;

/**
 * Two lists side by side: lines lead each item from its old place to its new one. What a line shows is also said in
 * words beside the item, with the reason.
 */
export function ListComparison(props: {
  readonly before: readonly ComparedItem[];
  readonly after: readonly ComparedItem[];
  readonly beforeTitle: ReactNode;
  readonly afterTitle: ReactNode;
  /** Why an item stands where it does now, or left. */
  readonly reasons: ReadonlyMap<string, string>;
}) {
  const t = useTranslations('comparison');
  const changes = changesBetween(props.before, props.after);
  const counts = countMovements(changes);
  const byItem = new Map(changes.map((change) => [change.itemId, change]));
  const rows = Math.max(props.before.length, props.after.length);
  const isSame = counts.same === changes.length;
  return (
    <div>
      <p className={styles.summary} aria-live="polite">
        {isSame
          ? t('same')
          : t('summary', { enter: counts.enters, leave: counts.leaves, move: counts.up + counts.down })}
      </p>
      <div className={styles.heads} aria-hidden>
        <span>{props.beforeTitle}</span>
        <span />
        <span>{props.afterTitle}</span>
      </div>
      <div className={styles.lists}>
        <ol className={styles.list} aria-label={String(props.beforeTitle)}>
          {props.before.map((item, index) => {
            const leaves = byItem.get(item.itemId)?.to === null;
            return (
              <li key={item.itemId} className={styles.item} data-leaves={leaves}>
                <span className={styles.rank}>{index + 1}</span>
                <span className={styles.title}>{item.title}</span>
                {leaves ? (
                  <span className={styles.mark} data-movement="leaves" title={props.reasons.get(item.itemId)}>
                    <IconX size={13} aria-hidden />
                    {t('leaves')}
                  </span>
                ) : null}
              </li>
            );
          })}
        </ol>
        <Lines changes={changes} rows={rows} />
        <ol className={styles.list} aria-label={String(props.afterTitle)}>
          {props.after.map((item, index) => {
            const change = byItem.get(item.itemId);
            const reason = props.reasons.get(item.itemId);
            return (
              <li key={item.itemId} className={styles.item} data-movement={change && movementOf(change)}>
                <span className={styles.rank}>{index + 1}</span>
                <span className={styles.words}>
                  <span className={styles.title}>{item.title}</span>
                  {reason === undefined ? null : (
                    <span className={styles.reason} title={reason}>
                      {reason}
                    </span>
                  )}
                </span>
                {change === undefined ? null : <Mark change={change} />}
              </li>
            );
          })}
        </ol>
      </div>
    </div>
  );
}

function Mark({ change }: { readonly change: ListChange }) {
  const t = useTranslations('comparison');
  const movement = movementOf(change);
  const places = Math.abs((change.from ?? 0) - (change.to ?? 0));
  switch (movement) {
    case 'enters':
      return (
        <span className={styles.mark} data-movement="enters">
          <IconPlus size={13} aria-hidden />
          {t('enters')}
        </span>
      );
    case 'up':
    case 'down': {
      const Icon = movement === 'up' ? IconArrowUp : IconArrowDown;
      return (
        <span className={styles.mark} data-movement={movement}>
          <Icon size={13} aria-hidden />
          <span aria-hidden>{places}</span>
          <span className="visually-hidden">{t(movement, { places })}</span>
        </span>
      );
    }
    default:
      return (
        <span className={styles.mark} data-movement="same">
          <IconMinus size={13} aria-hidden />
          <span className="visually-hidden">{t('stays')}</span>
        </span>
      );
  }
}

function Lines(props: { readonly changes: readonly ListChange[]; readonly rows: number }) {
  const middle = (rank: number) => (rank - 0.5) * rowHeight;
  return (
    <svg
      className={styles.lines}
      viewBox={`0 0 ${gutter} ${props.rows * rowHeight}`}
      height={props.rows * rowHeight}
      preserveAspectRatio="none"
      aria-hidden
    >
      {props.changes.map((change) => {
        const { from, to } = change;
        const movement = movementOf(change);
        const path =
          from === null
            ? `M${gutter * 0.55},${middle(to ?? 1)} H${gutter}`
            : to === null
              ? `M0,${middle(from)} H${gutter * 0.45}`
              : `M0,${middle(from)} C${gutter / 2},${middle(from)} ${gutter / 2},${middle(to)} ${gutter},${middle(to)}`;
        return (
          <path key={change.itemId} d={path} data-movement={movement} vectorEffect="non-scaling-stroke" />
        );
      })}
    </svg>
  );
}
