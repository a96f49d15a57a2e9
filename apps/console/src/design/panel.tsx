import type { ReactNode } from 'react';
import styles from './panel.module.css';

/** A titled region of a page. */
export function Panel(props: {
  readonly title?: ReactNode;
  readonly note?: ReactNode;
  readonly action?: ReactNode;
  readonly flush?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  return (
    <section className={`${styles.panel} ${props.className ?? ''}`}>
      {props.title === undefined ? null : (
        <header className={styles.header}>
          <div>
            <h2 className={styles.title}>{props.title}</h2>
            {props.note === undefined ? null : <p className={styles.note}>{props.note}</p>}
          </div>
          {props.action}
        </header>
      )}
      <div className={props.flush === true ? styles.flush : styles.body}>{props.children}</div>
    </section>
  );
}
