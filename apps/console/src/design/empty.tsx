import type { ReactNode } from 'react';
import styles from './empty.module.css';

/** Nothing here yet: says why, and teaches the next step. */
export function Empty(props: {
  readonly icon: ReactNode;
  readonly title: ReactNode;
  readonly text: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className={styles.empty}>
      <div className={styles.icon} aria-hidden>
        {props.icon}
      </div>
      <p className={styles.title}>{props.title}</p>
      <p className={styles.text}>{props.text}</p>
      {props.action}
    </div>
  );
}
