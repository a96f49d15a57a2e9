import type { ReactNode } from 'react';
import styles from './bar-list.module.css';

export interface Bar {
  readonly id: string;
  readonly label: ReactNode;
  /** 0 to 1: the length of the bar. */
  readonly share: number;
  readonly value: ReactNode;
  readonly note?: ReactNode;
}

/** Shares as bars with their numbers beside them: a list that can be read without looking at lengths. */
export function BarList({ bars }: { readonly bars: readonly Bar[] }) {
  return (
    <ul className={styles.bars}>
      {bars.map(({ id, label, share, value, note }) => (
        <li key={id} className={styles.bar}>
          <span className={styles.label}>{label}</span>
          <span className={styles.value}>
            {value}
            {note === undefined ? null : <span className={styles.note}>{note}</span>}
          </span>
          <span className={styles.track} aria-hidden>
            <span className={styles.fill} style={{ width: `${Math.min(1, Math.max(0, share)) * 100}%` }} />
          </span>
        </li>
      ))}
    </ul>
  );
}
