'use client';
import { IconChevronRight } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Tag } from '@/design/tag';
import { differences } from '@/form/differences';
import type { FormField, FormNode } from '@/form/form-node';
import { asObject, type FormObject, withField } from '@/form/form-value';
import { SchemaForm } from '@/form/schema-form';
import styles from './strategy-groups.module.css';

/**
 * The arguments of a strategy, a part that opens and closes for each group of them. What is drawn comes from the
 * description alone: a new argument needs no code here.
 */
export function StrategyGroups(props: {
  readonly node: FormNode;
  readonly config: FormObject;
  /** What it is compared with; null: nothing. */
  readonly base: FormObject | null;
  readonly errors: ReadonlyMap<string, string>;
  readonly onChange: (config: FormObject) => void;
}) {
  const { node, config } = props;
  if (node.kind !== 'object') return null;
  return (
    <div className={styles.groups}>
      {node.fields.map((field) => (
        <Group
          key={field.name}
          field={field}
          value={config[field.name]}
          base={props.base === null ? null : props.base[field.name]}
          isWrong={[...props.errors.keys()].some((path) => path.startsWith(`config.${field.name}`))}
          onChange={(value) => props.onChange(withField(config, field.name, value))}
        />
      ))}
    </div>
  );
}

function Group(props: {
  readonly field: FormField;
  readonly value: unknown;
  readonly base: unknown;
  readonly isWrong: boolean;
  readonly onChange: (value: unknown) => void;
}) {
  const t = useTranslations('strategies');
  const { field, value, base } = props;
  const { name, node } = field;
  const [isOpen, setIsOpen] = useState(false);
  // a part with something wrong inside opens, and stays as it is when that is mended
  const [wasWrong, setWasWrong] = useState(false);
  if (props.isWrong !== wasWrong) {
    setWasWrong(props.isWrong);
    if (props.isWrong) setIsOpen(true);
  }
  const changed = base === null ? 0 : differences({ value: base }, { value }).length;
  return (
    <details className={styles.group} open={isOpen} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className={styles.summary}>
        <IconChevronRight size={16} aria-hidden className={styles.chevron} />
        <span className={styles.words}>
          <span className={styles.label}>{node.label === '' ? name : node.label}</span>
          {node.help === '' ? null : <span className={styles.help}>{node.help}</span>}
        </span>
        {props.isWrong ? <Tag tone="bad">{t('wrong')}</Tag> : null}
        {changed === 0 ? null : <Tag tone="accent">{t('changedHere', { count: changed })}</Tag>}
      </summary>
      <div className={styles.body}>
        {node.kind === 'object' ? (
          <SchemaForm node={node} value={asObject(value)} path={`config.${name}`} onChange={props.onChange} />
        ) : (
          <SchemaForm
            node={{ ...node, kind: 'object', fields: [{ ...field, node: { ...node, help: '' } }] }}
            value={{ [name]: value }}
            path="config"
            onChange={(next) => props.onChange(next[name])}
          />
        )}
      </div>
    </details>
  );
}
