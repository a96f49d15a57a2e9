'use client';
import { UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import styles from './choice-list.module.css';

/** Ways to go on, one of which is taken: each with what it means. */
export function ChoiceList(props: {
  readonly choices: readonly { readonly id: string; readonly name: string; readonly help: string }[];
  readonly onChoose: (id: string) => void;
}) {
  return (
    <ul className={styles.choices}>
      {props.choices.map(({ id, name, help }) => (
        <li key={id}>
          <UnstyledButton className={styles.choice} onClick={() => props.onChoose(id)}>
            <span>
              <span className={styles.name}>{name}</span>
              <span className={styles.help}>{help}</span>
            </span>
            <IconChevronRight size={18} aria-hidden />
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}
