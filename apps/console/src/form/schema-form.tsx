'use client';
import { Switch } from '@mantine/core';
import { EntryList } from './entry-list';
import type { FormNode } from './form-node';
import { asObject, type FormObject, initialValue, withField } from './form-value';
import styles from './schema-form.module.css';
import { type FieldProps, SimpleField } from './simple-field';

/**
 * Draws the fields of an object from its description, nested ones too. Knows nothing of what it edits: a new kind of
 * rule brings its own form.
 */
export function SchemaForm(props: {
  readonly node: FormNode;
  readonly value: unknown;
  readonly path: string;
  readonly onChange: (value: FormObject) => void;
  readonly without?: readonly string[];
}) {
  const { node, path } = props;
  if (node.kind !== 'object') return null;
  return (
    <div className={styles.fields}>
      {node.fields
        .filter(({ name }) => !props.without?.includes(name))
        .map(({ name, isRequired, node: field }) => (
          <Field
            key={name}
            name={name}
            node={field}
            isRequired={isRequired}
            path={path === '' ? name : `${path}.${name}`}
            value={asObject(props.value)[name]}
            onChange={(value) => props.onChange(withField(props.value, name, value))}
          />
        ))}
    </div>
  );
}

function Field(props: FieldProps) {
  const { node, path, name } = props;
  const label = node.label === '' ? name : node.label;
  if (node.kind === 'object') return <PartField {...props} label={label} />;
  if (node.kind !== 'list') return <SimpleField {...props} />;
  return (
    <EntryList
      node={node}
      label={label}
      value={props.value}
      onChange={props.onChange}
      drawEntry={(entry, index, onChange) => (
        <SchemaForm node={node.of} value={entry} path={`${path}.${index}`} onChange={onChange} />
      )}
    />
  );
}

/** A group of fields; one that may be left out has a switch. */
function PartField(props: FieldProps & { readonly label: string }) {
  const { node, value, onChange, path, label } = props;
  const isOptional = !props.isRequired && node.default === undefined;
  const isOn = !isOptional || value !== undefined;
  const fields = <SchemaForm node={node} value={value} path={path} onChange={onChange} />;
  if (!isOptional) {
    return (
      <fieldset className={`${styles.wide} ${styles.part}`}>
        {node.label === '' ? null : <legend className={styles.legend}>{label}</legend>}
        {fields}
      </fieldset>
    );
  }
  return (
    <div className={`${styles.wide} ${styles.part}`} data-framed="true">
      <Switch
        label={label}
        description={node.help}
        checked={isOn}
        onChange={(event) =>
          onChange(
            event.currentTarget.checked ? { ...zoneOf(node), ...asObject(initialValue(node)) } : undefined,
          )
        }
      />
      {isOn ? <div className={styles.inside}>{fields}</div> : null}
    </div>
  );
}

/** A part with a time zone begins with that of whoever fills it in. */
function zoneOf(node: FormNode): Record<string, unknown> {
  const zone =
    node.kind === 'object'
      ? node.fields.find(({ node: field }) => field.kind === 'text' && field.picks === 'timeZone')
      : undefined;
  return zone === undefined ? {} : { [zone.name]: Intl.DateTimeFormat().resolvedOptions().timeZone };
}
