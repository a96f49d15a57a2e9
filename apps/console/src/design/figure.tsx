import type { ReactNode } from 'react';
import styles from './figure.module.css';

/** A number that matters, what it counts, and what to know about it. */
export function Figure(props: {
  readonly label: ReactNode;
  readonly value: ReactNode;
  readonly unit?: ReactNode;
  readonly note?: ReactNode;
}) {
  return (
    <div className={styles.figure}>
      <dt className={styles.label}>{props.label}</dt>
      <dd className={styles.value}>
        <span className="number">{props.value}</span>
        {props.unit === undefined ? null : <span className={styles.unit}>{props.unit}</span>}
      </dd>
      {props.note === undefined ? null : <dd className={styles.note}>{props.note}</dd>}
    </div>
  );
}

/** Figures side by side. */
export function Figures({ children }: { readonly children: ReactNode }) {
  return <dl className={styles.row}>{children}</dl>;
}
