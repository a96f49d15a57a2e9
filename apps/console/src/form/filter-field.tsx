'use client';
import {
  ActionIcon,
  Button,
  MultiSelect,
  SegmentedControl,
  Select,
  TagsInput,
  TextInput,
} from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { useId, useState } from 'react';
import { type Clause, type Clauses, clausesOf, filterOf, operators } from './filter-clauses';
import { useFieldError } from './form-scope';
import { LazyJsonField } from './lazy-json-field';
import styles from './schema-form.module.css';
import { useFilterText } from './use-filter-text';
import { knownValues, useFilterWords } from './use-filter-words';

/** A filter as rows of conditions; one that is nested deeper is edited as JSON. */
export function FilterField(props: {
  readonly label: string;
  readonly node: { readonly help: string };
  readonly path: string;
  readonly fields: readonly string[];
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}) {
  const t = useTranslations('forms');
  const names = useId();
  const error = useFieldError(props.path);
  const words = useFilterWords();
  const inWords = useFilterText()(props.value);
  // The rows live here: one that is half filled in says nothing yet, and has to stay.
  const [rows, setRows] = useState<Clauses | null>(() => clausesOf(props.value));
  if (rows === null) return <LazyJsonField {...props} help={props.node.help} />;
  const change = (next: Clauses) => {
    setRows(next);
    props.onChange(filterOf(next));
  };
  const changeClause = (index: number, clause: Clause) =>
    change({ ...rows, clauses: rows.clauses.map((old, at) => (at === index ? clause : old)) });
  return (
    <fieldset className={`${styles.wide} ${styles.part}`}>
      <legend className={styles.legend} style={{ marginBottom: 2 }}>
        {props.label}
      </legend>
      {props.node.help === '' ? null : <p className={styles.help}>{props.node.help}</p>}
      <datalist id={names}>
        {props.fields.map((field) => (
          <option key={field} value={field} label={words.field(field)} />
        ))}
      </datalist>
      <div className={styles.clauses}>
        {rows.clauses.map((clause, index) => (
          <ClauseRow
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
            key={index}
            clause={clause}
            names={names}
            onChange={(next) => changeClause(index, next)}
            onRemove={() => change({ ...rows, clauses: rows.clauses.filter((_, at) => at !== index) })}
          />
        ))}
        <div className={styles.row}>
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() =>
              change({ ...rows, clauses: [...rows.clauses, { field: '', operator: 'in', values: [] }] })
            }
          >
            {t('addCondition')}
          </Button>
          {rows.clauses.length < 2 ? null : (
            <SegmentedControl
              size="xs"
              aria-label={t('joinedBy')}
              value={rows.joinedBy}
              data={[
                { value: 'all', label: t('all') },
                { value: 'any', label: t('any') },
              ]}
              onChange={(joinedBy) => change({ ...rows, joinedBy: joinedBy === 'any' ? 'any' : 'all' })}
            />
          )}
        </div>
      </div>
      {inWords === null || inWords === '' ? null : (
        <p className={styles.help}>{t('inWords', { text: inWords })}</p>
      )}
      {error === null ? null : <p className={styles.error}>{error}</p>}
    </fieldset>
  );
}

function ClauseRow(props: {
  readonly clause: Clause;
  readonly names: string;
  readonly onChange: (clause: Clause) => void;
  readonly onRemove: () => void;
}) {
  const t = useTranslations('forms');
  const { clause, onChange } = props;
  const words = useFilterWords();
  const isList = clause.operator === 'in' || clause.operator === 'notIn';
  const known = knownValues[clause.field];
  const hasOthers = clause.values.some((value) => known?.includes(value) === false);
  return (
    <div className={styles.clause}>
      <TextInput
        aria-label={t('field')}
        placeholder={t('field')}
        list={props.names}
        value={clause.field}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onChange({ ...clause, field: event.currentTarget.value })}
      />
      <Select
        aria-label={t('comparison')}
        data={operators.map((operator) => ({ value: operator, label: t(`operators.${operator}`) }))}
        value={clause.operator}
        allowDeselect={false}
        onChange={(chosen) => {
          const operator = operators.find((one) => one === chosen) ?? 'in';
          const keepsValues = ['in', 'notIn'].includes(operator) === isList;
          onChange({ ...clause, operator, values: keepsValues ? clause.values : [] });
        }}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        size={34}
        aria-label={t('removeCondition')}
        onClick={props.onRemove}
      >
        <IconX size={16} />
      </ActionIcon>
      <div className={styles.clauseValues}>
        {isList && known !== undefined && !hasOthers ? (
          <MultiSelect
            aria-label={t('values')}
            placeholder={clause.values.length === 0 ? t('valuesKnown') : ''}
            data={known.map((value) => ({ value, label: words.value(clause.field, value) }))}
            value={[...clause.values]}
            onChange={(values) => onChange({ ...clause, values })}
          />
        ) : isList ? (
          <TagsInput
            aria-label={t('values')}
            placeholder={clause.values.length === 0 ? t('valuesPlaceholder') : ''}
            value={[...clause.values]}
            splitChars={['\n', ';']}
            acceptValueOnBlur
            onChange={(values) => onChange({ ...clause, values })}
          />
        ) : (
          <TextInput
            aria-label={t('bound')}
            type="number"
            step="any"
            value={clause.values[0] ?? ''}
            onChange={(event) => onChange({ ...clause, values: [event.currentTarget.value] })}
          />
        )}
      </div>
    </div>
  );
}
