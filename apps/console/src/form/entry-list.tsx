'use client';
import { ActionIcon, Button } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import type { FormNode } from './form-node';
import { initialValue } from './form-value';
import styles from './schema-form.module.css';

/** Entries in an order of their own: added, removed and moved by buttons, so that a keyboard can do it too. */
export function EntryList(props: {
  readonly node: Extract<FormNode, { kind: 'list' }>;
  readonly label: string;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly drawEntry: (entry: unknown, index: number, onChange: (entry: unknown) => void) => ReactNode;
}) {
  const t = useTranslations('forms');
  const entries: readonly unknown[] = Array.isArray(props.value) ? props.value : [];
  const moved = (from: number, to: number) => {
    const next = entries.toSpliced(from, 1);
    props.onChange(next.toSpliced(to, 0, entries[from]));
  };
  return (
    <fieldset className={`${styles.wide} ${styles.part}`}>
      <legend className={styles.legend} style={{ marginBottom: 2 }}>
        {props.label}
      </legend>
      <p className={styles.help}>{props.node.help}</p>
      <ol className={styles.list}>
        {entries.map((entry, index) => {
          const title = t('entry', { label: props.label, number: index + 1 });
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: entries have no identity but their place
            <li key={index} className={styles.entry}>
              <div className={styles.entryHead}>
                <span className={styles.entryTitle}>{title}</span>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={30}
                  disabled={index === 0}
                  aria-label={t('moveUp', { title })}
                  onClick={() => moved(index, index - 1)}
                >
                  <IconArrowUp size={16} />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={30}
                  disabled={index === entries.length - 1}
                  aria-label={t('moveDown', { title })}
                  onClick={() => moved(index, index + 1)}
                >
                  <IconArrowDown size={16} />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={30}
                  aria-label={t('remove', { title })}
                  onClick={() => props.onChange(entries.toSpliced(index, 1))}
                >
                  <IconTrash size={16} />
                </ActionIcon>
              </div>
              {props.drawEntry(entry, index, (next) => props.onChange(entries.with(index, next)))}
            </li>
          );
        })}
      </ol>
      <Button
        variant="default"
        size="xs"
        leftSection={<IconPlus size={14} aria-hidden />}
        disabled={props.node.most !== null && entries.length >= props.node.most}
        onClick={() => props.onChange([...entries, initialValue(props.node.of) ?? {}])}
      >
        {t('add', { label: props.label })}
      </Button>
    </fieldset>
  );
}
