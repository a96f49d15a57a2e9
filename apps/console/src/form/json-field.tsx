'use client';
import { Textarea } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useFieldError } from './form-scope';
import styles from './schema-form.module.css';

/** What no other field can show, as JSON. What is typed is passed on as soon as it is whole. */
export function JsonField(props: {
  readonly label: string;
  readonly help: string;
  readonly path: string;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}) {
  const t = useTranslations('forms');
  const error = useFieldError(props.path);
  const [typed, setTyped] = useState(() =>
    props.value === undefined ? '' : JSON.stringify(props.value, null, 2),
  );
  const [isWhole, setIsWhole] = useState(true);
  return (
    <Textarea
      className={`${styles.wide} ${styles.json}`}
      label={props.label}
      description={props.help === '' ? t('asJson') : `${props.help} ${t('asJson')}`}
      error={isWhole ? error : t('notJson')}
      value={typed}
      autosize
      minRows={3}
      maxRows={16}
      spellCheck={false}
      onChange={(event) => {
        const text = event.currentTarget.value;
        setTyped(text);
        try {
          props.onChange(text.trim() === '' ? undefined : JSON.parse(text));
          setIsWhole(true);
        } catch {
          setIsWhole(false);
        }
      }}
    />
  );
}
