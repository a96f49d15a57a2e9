'use client';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { BulkEditBar } from '@/catalogue/bulk-edit-bar';
import styles from './catalogue-map.module.css';
import { useMapItems } from './use-catalogue-map';

const mostNamed = 50;

/** What is selected on the map, by name. */
export function MapSelection(props: {
  readonly numbers: ReadonlySet<number>;
  readonly onClear: () => void;
  readonly onOpen: (id: string) => void;
  readonly onEdit: (editId: string) => void;
}) {
  const t = useTranslations('map');
  // a lasso may hold the whole catalogue, and every move of the pointer renders this
  const numbers = useMemo(() => [...props.numbers], [props.numbers]);
  const named = useMapItems(numbers.slice(0, mostNamed)).data ?? [];
  if (props.numbers.size === 0) return <p className={styles.hint}>{t('selectionHint')}</p>;
  return (
    <div className={styles.selection}>
      <BulkEditBar
        selection={{ numbers }}
        count={props.numbers.size}
        onClear={props.onClear}
        onStarted={(id) => {
          props.onClear();
          props.onEdit(id);
        }}
      />
      <ul className={styles.names}>
        {named.map(({ id, title }) => (
          <li key={id}>
            <button type="button" className={styles.name} onClick={() => props.onOpen(id)}>
              {title}
            </button>
          </li>
        ))}
      </ul>
      {props.numbers.size > mostNamed ? (
        <p className={styles.hint}>{t('more', { count: props.numbers.size - mostNamed })}</p>
      ) : null}
    </div>
  );
}
