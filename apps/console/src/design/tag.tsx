import type { ReactNode } from 'react';
import styles from './tag.module.css';

export type Tone = 'plain' | 'cold' | 'warming' | 'warm' | 'good' | 'bad' | 'simulated' | 'accent';

/** A short mark. Its words (and its icon) carry the meaning; the tone only helps. */
export function Tag(props: {
  readonly tone?: Tone;
  readonly icon?: ReactNode;
  readonly title?: string;
  readonly children: ReactNode;
}) {
  return (
    <span className={`${styles.tag} ${styles[props.tone ?? 'plain']}`} title={props.title}>
      {props.icon}
      {props.children}
    </span>
  );
}
