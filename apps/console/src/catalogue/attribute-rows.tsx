'use client';
import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { useRef } from 'react';
import type { AttributeRow } from './item-draft';
import styles from './item-form.module.css';

/** Free attributes, a row each. What is typed stays as it is typed until it is saved. */
export function AttributeRows(props: {
  readonly rows: readonly AttributeRow[];
  readonly error: string | null;
  readonly disabled: boolean;
  readonly onChange: (rows: readonly AttributeRow[]) => void;
}) {
  const t = useTranslations('itemForm');
  const item = useTranslations('item');
  const list = useRef<HTMLDivElement>(null);
  const { rows, onChange, disabled } = props;
  const change = (at: number, part: Partial<AttributeRow>) =>
    onChange(rows.map((row, index) => (index === at ? { ...row, ...part } : row)));
  const add = () => {
    onChange([...rows, { name: '', text: '' }]);
    requestAnimationFrame(() =>
      list.current?.querySelector<HTMLElement>('[data-row]:last-of-type input')?.focus(),
    );
  };
  return (
    <fieldset className={styles.attributes} disabled={disabled}>
      <legend>{item('attributes')}</legend>
      <p className={styles.help}>{t('attributesHelp')}</p>
      <div ref={list} className={styles.rows}>
        {rows.map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
          <div key={index} className={styles.row} data-row>
            <TextInput
              aria-label={t('attributeName', { number: index + 1 })}
              placeholder={t('name')}
              value={row.name}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => change(index, { name: event.currentTarget.value })}
            />
            <TextInput
              aria-label={t('attributeValue', { name: row.name === '' ? index + 1 : row.name })}
              placeholder={t('value')}
              value={row.text}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => change(index, { text: event.currentTarget.value })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              aria-label={t('removeAttribute', { name: row.name === '' ? index + 1 : row.name })}
              onClick={() => onChange(rows.toSpliced(index, 1))}
            >
              <IconX size={16} />
            </ActionIcon>
          </div>
        ))}
      </div>
      {props.error === null ? null : (
        <p className={styles.error} role="alert">
          {props.error}
        </p>
      )}
      <Button
        variant="subtle"
        size="compact-sm"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={add}
      >
        {t('addAttribute')}
      </Button>
    </fieldset>
  );
}
