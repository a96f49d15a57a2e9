'use client';
import { Checkbox } from '@mantine/core';
import { useFormatter, useTranslations } from 'next-intl';
import styles from './map-legend.module.css';
import type { CatalogueMap } from './use-catalogue-map';

/** Which colour is which category; each can be taken off the map, so that the others can be told apart. */
export function MapLegend(props: {
  readonly map: CatalogueMap;
  readonly hidden: ReadonlySet<number>;
  readonly onHidden: (hidden: ReadonlySet<number>) => void;
  readonly onlyNew: boolean;
  readonly onOnlyNew: (onlyNew: boolean) => void;
}) {
  const t = useTranslations('map');
  const format = useFormatter();
  const { categories, newCount } = props.map;
  const toggle = (at: number) => {
    const hidden = new Set(props.hidden);
    if (!hidden.delete(at)) hidden.add(at);
    props.onHidden(hidden);
  };
  return (
    <fieldset className={styles.legend}>
      <legend className={styles.heading}>{t('categories')}</legend>
      {categories.map(({ name, count }, at) =>
        count === 0 ? null : (
          <div key={name ?? ''} className={styles.entry}>
            <Checkbox
              size="xs"
              checked={!props.hidden.has(at)}
              onChange={() => toggle(at)}
              label={
                <span className={styles.name}>
                  <span
                    className={styles.swatch}
                    style={{ background: `var(--k-category-${name === null ? 'other' : at + 1})` }}
                  />
                  {name ?? t('other')}
                </span>
              }
            />
            <span className="number">{format.number(count)}</span>
          </div>
        ),
      )}
      <div className={styles.entry}>
        <Checkbox
          size="xs"
          checked={props.onlyNew}
          disabled={newCount === 0}
          onChange={(event) => props.onOnlyNew(event.currentTarget.checked)}
          label={
            <span className={styles.name}>
              <span className={styles.ring} />
              {t('onlyNew')}
            </span>
          }
        />
        <span className="number">{format.number(newCount)}</span>
      </div>
    </fieldset>
  );
}
