'use client';
import { Select } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import {
  assign,
  attributeTarget,
  type ColumnMapping,
  ignored,
  itemFields,
  missingFields,
} from './column-mapping';
import type { FileColumn } from './file-head';
import styles from './mapping-step.module.css';

/** Which column becomes which field. Suggested by name; an id and a title are needed, the rest is welcome. */
export function MappingStep(props: {
  readonly columns: readonly FileColumn[];
  readonly mapping: ColumnMapping;
  readonly onChange: (mapping: ColumnMapping) => void;
}) {
  const t = useTranslations('import');
  const fields = useTranslations('fields');
  const missing = missingFields(props.mapping);
  return (
    <>
      <ul className={styles.columns}>
        {props.columns.map(({ name, samples }) => (
          <li key={name} className={styles.column}>
            <div className={styles.words}>
              <strong>{name}</strong>
              <span>{samples.length === 0 ? t('noValues') : samples.join(' · ')}</span>
            </div>
            <IconArrowRight size={16} className={styles.arrow} aria-hidden />
            <Select
              aria-label={t('becomes', { column: name })}
              value={props.mapping[name] ?? ignored}
              allowDeselect={false}
              searchable
              onChange={(target) => props.onChange(assign(props.mapping, name, target ?? ignored))}
              data={[
                {
                  group: t('groupField'),
                  items: itemFields.map((field) => ({ value: field, label: fields(field) })),
                },
                {
                  group: t('groupOther'),
                  items: [
                    { value: attributeTarget(name), label: t('asAttribute') },
                    { value: ignored, label: t('leaveOut') },
                  ],
                },
              ]}
            />
          </li>
        ))}
      </ul>
      <p className={styles.missing} role="status">
        {missing.length === 0
          ? ''
          : t('missing', { fields: missing.map((field) => fields(field)).join(', ') })}
      </p>
    </>
  );
}
