'use client';
import { MultiSelect, Select, Switch, TagsInput, TextInput } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { useContext } from 'react';
import { FilterField } from './filter-field';
import type { FormNode, Picks } from './form-node';
import { FormScopeContext, useFieldError } from './form-scope';
import { ItemPicker } from './item-picker';
import { LazyJsonField } from './lazy-json-field';
import styles from './schema-form.module.css';

export interface FieldProps {
  readonly name: string;
  readonly node: FormNode;
  readonly isRequired: boolean;
  readonly path: string;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

/** A field without fields inside, drawn as its description says. */
export function SimpleField(props: FieldProps) {
  const { node, path, value, onChange, isRequired } = props;
  const t = useTranslations('forms');
  const picks = useWhatIsPicked();
  const error = useFieldError(path);
  const label = node.label === '' ? props.name : node.label;
  const withUnit = node.unit === '' ? label : t('withUnit', { label, unit: node.unit });
  const shown = {
    label: withUnit,
    description: node.help === '' ? null : node.help,
    error,
    // a long help beside a short field would tear the row apart
    className: node.help.length > 60 ? styles.wide : undefined,
    withAsterisk: isRequired && node.kind !== 'object' && node.default === undefined,
  };
  switch (node.kind) {
    case 'object':
    case 'list':
      // drawn by schema-form, which knows how to go deeper
      return null;
    case 'filter':
      return <FilterField {...props} label={label} fields={node.fields} />;
    case 'json':
      return <LazyJsonField label={label} help={node.help} path={path} value={value} onChange={onChange} />;
    case 'flag':
      return (
        <Switch
          className={styles.wide}
          label={label}
          description={node.help}
          error={error}
          checked={value === true || (value === undefined && node.default === true)}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'number':
      return (
        <TextInput
          {...shown}
          type="number"
          inputMode={node.isInteger ? 'numeric' : 'decimal'}
          step={node.isInteger ? 1 : 'any'}
          min={node.least ?? undefined}
          max={node.most ?? undefined}
          placeholder={typeof node.default === 'number' ? String(node.default) : ''}
          value={typeof value === 'number' ? value : ''}
          onChange={(event) => {
            const { value: typed } = event.currentTarget;
            onChange(typed === '' ? undefined : Number(typed));
          }}
        />
      );
    case 'choice':
      return (
        <Select
          {...shown}
          data={[...node.options]}
          value={typeof value === 'string' ? value : null}
          allowDeselect={!isRequired}
          onChange={(chosen) => onChange(chosen ?? undefined)}
        />
      );
    case 'choices':
      return (
        <MultiSelect
          {...shown}
          className={styles.wide}
          data={[...node.options]}
          value={asTexts(value)}
          onChange={(chosen) => onChange(chosen.length === 0 ? undefined : chosen)}
        />
      );
    case 'texts':
      return node.picks === null ? (
        <TagsInput
          {...shown}
          className={styles.wide}
          value={asTexts(value)}
          splitChars={['\n', ';']}
          acceptValueOnBlur
          onChange={(texts) => onChange(texts.length === 0 ? undefined : texts)}
        />
      ) : (
        <MultiSelect
          {...shown}
          className={styles.wide}
          data={withValues(picks(node.picks), asTexts(value))}
          value={asTexts(value)}
          searchable
          onChange={(chosen) => onChange(chosen.length === 0 ? undefined : chosen)}
        />
      );
    case 'text':
      if (node.picks === 'item') {
        return (
          <div className={styles.wide}>
            <ItemPicker {...shown} id={typeof value === 'string' ? value : ''} onChange={onChange} />
          </div>
        );
      }
      if (node.picks !== null) {
        return (
          <Select
            {...shown}
            data={withValues(picks(node.picks), typeof value === 'string' ? [value] : [])}
            value={typeof value === 'string' ? value : null}
            searchable
            limit={60}
            onChange={(chosen) => onChange(chosen ?? undefined)}
          />
        );
      }
      return (
        <TextInput
          {...shown}
          type={typeOf(node.pattern)}
          value={typeof value === 'string' ? value : ''}
          spellCheck={node.pattern === null}
          autoComplete="off"
          onChange={(event) =>
            onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)
          }
        />
      );
  }
}

function useWhatIsPicked() {
  const { placements, segments } = useContext(FormScopeContext);
  return (picks: Picks): readonly { readonly value: string; readonly label: string }[] => {
    switch (picks) {
      case 'placement':
        return placements;
      case 'segment':
        return segments;
      case 'timeZone':
        return ['UTC', ...Intl.supportedValuesOf('timeZone')].map((zone) => ({ value: zone, label: zone }));
      case 'item':
        return [];
    }
  };
}

/** Options for what is chosen already too, though it may not exist any more. */
function withValues(options: readonly { value: string; label: string }[], values: readonly string[]) {
  const known = new Map(options.map(({ value, label }) => [value, label]));
  for (const value of values) if (!known.has(value)) known.set(value, value);
  return [...known].map(([value, label]) => ({ value, label }));
}

/** A pattern that fits a moment, and no word, is that of a moment. */
function typeOf(pattern: string | null): 'text' | 'datetime-local' | 'time' {
  if (pattern === null || new RegExp(pattern, 'u').test('a')) return 'text';
  if (new RegExp(pattern, 'u').test('2026-12-24T18:00')) return 'datetime-local';
  return new RegExp(pattern, 'u').test('18:00') ? 'time' : 'text';
}

const asTexts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
