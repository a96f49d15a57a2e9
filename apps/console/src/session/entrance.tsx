import type { ReactNode } from 'react';
import { BrandMark } from '@/design/brand-mark';
import { LanguageSwitch } from '@/shell/language-switch';
import { ThemeSwitch } from '@/shell/theme-switch';
import styles from './entrance.module.css';

/** The frame of the pages that people see before they are in. */
export function Entrance(props: {
  readonly heading: ReactNode;
  readonly text?: ReactNode;
  readonly hint?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <div className={styles.page}>
      <main className={styles.card}>
        <div className={styles.brand}>
          <BrandMark size={36} />
          <span>Kindling</span>
        </div>
        <h1 className={styles.title}>{props.heading}</h1>
        {props.text === undefined ? null : <p className={styles.text}>{props.text}</p>}
        {props.children}
        {props.hint === undefined ? null : <p className={styles.hint}>{props.hint}</p>}
      </main>
      <div className={styles.switches}>
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
    </div>
  );
}
