'use client';
import { Button } from '@mantine/core';
import { useTranslations } from 'next-intl';
import styles from './catalogue-map.module.css';
import { useMapItems } from './use-catalogue-map';

const mostNamed = 50;

/** What is selected on the map, by name. */
export function MapSelection(props: {
  readonly numbers: ReadonlySet<number>;
  readonly onClear: () => void;
  readonly onOpen: (id: string) => void;
}) {
  const t = useTranslations('map');
  const named = useMapItems([...props.numbers].slice(0, mostNamed)).data ?? [];
  if (props.numbers.size === 0) return <p className={styles.hint}>{t('selectionHint')}</p>;
  return (
    <section className={styles.selection} aria-label={t('selection')}>
      <div className={styles.selectionHead}>
        <strong role="status">{t('selectedCount', { count: props.numbers.size })}</strong>
        <Button size="compact-xs" variant="subtle" onClick={props.onClear}>
          {t('clearSelection')}
        </Button>
      </div>
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
    </section>
  );
}
