import type { ReactNode } from 'react';
import styles from './page-header.module.css';

export function PageHeader(props: {
  readonly title: ReactNode;
  readonly text?: ReactNode;
  readonly above?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className={styles.header}>
      <div className={styles.words}>
        {props.above}
        <h1 className={styles.title}>{props.title}</h1>
        {props.text === undefined ? null : <p className={styles.text}>{props.text}</p>}
      </div>
      {props.action === undefined ? null : <div className={styles.action}>{props.action}</div>}
    </div>
  );
}
