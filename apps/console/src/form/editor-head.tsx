'use client';
import { Anchor } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import styles from './editor.module.css';

/** The head of an editor that stands on a tab: the way back to the list, what is edited, what can be done with it. */
export function EditorHead(props: {
  readonly backHref: string;
  readonly back: string;
  readonly title: ReactNode;
  readonly about: ReactNode;
  readonly children?: ReactNode;
}) {
  return (
    <div className={styles.head}>
      <div>
        <Anchor component={Link} href={props.backHref} size="sm" className={styles.back}>
          <IconArrowLeft size={14} aria-hidden />
          {props.back}
        </Anchor>
        <h2 className={styles.title}>{props.title}</h2>
        <p className={styles.about}>{props.about}</p>
      </div>
      {props.children === undefined ? null : <div className={styles.buttons}>{props.children}</div>}
    </div>
  );
}
