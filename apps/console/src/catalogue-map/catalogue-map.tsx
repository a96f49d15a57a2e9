'use client';
import { Button, CloseButton, Skeleton, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconMap2, IconSearch, IconTable } from '@tabler/icons-react';
import { useFormatter, useTranslations } from 'next-intl';
import { useMemo, useState } from 'react';
import { DataTable } from '@/design/chart/data-table';
import { Empty } from '@/design/empty';
import { Meter } from '@/design/meter';
import { QueryView } from '@/design/query-view';
import styles from './catalogue-map.module.css';
import { MapCanvas } from './map-canvas';
import { MapLegend } from './map-legend';
import { MapSelection } from './map-selection';
import { type CatalogueMap as Drawn, useCatalogueMap, useMapItems, useMapMatches } from './use-catalogue-map';

interface MapProps {
  readonly words: string;
  readonly onWords: (words: string) => void;
  readonly onOpen: (id: string) => void;
  /** An edit of selected items was started. */
  readonly onEdit: (editId: string) => void;
}

/** Every item of the catalogue at a glance: what is near is alike to the encoder. */
export function CatalogueMap(props: MapProps) {
  const t = useTranslations('map');
  const format = useFormatter();
  const query = useCatalogueMap();
  return (
    <section className={styles.panel} aria-label={t('title')}>
      <QueryView query={query} skeleton={<Skeleton className={styles.bone} />}>
        {(map) => {
          if (map.state === 'EMPTY')
            return <Empty icon={<IconMap2 size={24} />} title={t('empty')} text={t('emptyText')} />;
          if (map.state === 'DRAWING') {
            const text = t('drawing', { done: format.number(map.done), total: format.number(map.total) });
            return (
              <div className={styles.drawing} role="status">
                <p>{text}</p>
                <Meter value={map.done} of={Math.max(1, map.total)} label={t('title')} text={text} live />
              </div>
            );
          }
          return <DrawnMap {...props} map={map} />;
        }}
      </QueryView>
    </section>
  );
}

function DrawnMap({ map, words, onWords, onOpen, onEdit }: MapProps & { readonly map: Drawn }) {
  const t = useTranslations('map');
  const format = useFormatter();
  const { points } = map;
  const [asTable, setAsTable] = useState(false);
  const [hidden, setHidden] = useState<ReadonlySet<number>>(new Set());
  const [onlyNew, setOnlyNew] = useState(false);
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const [focused, setFocused] = useState(-1);
  const [searched] = useDebouncedValue(words.trim(), 250);
  const found = useMapMatches(searched).data ?? null;

  const look = useMemo(
    () => ({
      isShown: (at: number) => !hidden.has(points.category[at] ?? 0) && (!onlyNew || points.isNew[at] === 1),
      isFound: found === null ? null : (at: number) => found.has(points.number[at] ?? 0),
      isSelected: (at: number) => selected.has(points.number[at] ?? 0),
    }),
    [points, hidden, onlyNew, found, selected],
  );
  const numberAt = (at: number) => points.number[at] ?? 0;
  const [looked] = useDebouncedValue(focused, 80);
  const item = useMapItems(looked < 0 || looked >= points.count ? [] : [numberAt(looked)]).data?.[0];
  const captioned = focused >= 0 && item?.number === numberAt(focused) ? item : null;
  const caption =
    captioned === null
      ? null
      : [
          captioned.title,
          captioned.categories[0],
          points.isNew[focused] === 1 ? t('isNew') : null,
          selected.has(captioned.number) ? t('isSelected') : null,
        ]
          .filter(Boolean)
          .join(' · ');
  const select = (places: readonly number[], adds: boolean) =>
    setSelected(new Set([...(adds ? selected : []), ...places.map(numberAt)]));
  const toggle = (at: number) => {
    const next = new Set(selected);
    if (!next.delete(numberAt(at))) next.add(numberAt(at));
    setSelected(next);
  };
  const places = useMemo(() => new Map(Array.from(points.number, (number, at) => [number, at])), [points]);
  const open = (at: number) => {
    setFocused(at);
    if (captioned !== null && captioned.number === numberAt(at)) onOpen(captioned.id);
  };
  const foundPlaces =
    found === null ? [] : [...found].flatMap((number) => places.get(number) ?? []).filter(look.isShown);
  const share = format.number(map.explained, { style: 'percent', maximumFractionDigits: 0 });

  return (
    <>
      <div className={styles.top}>
        <TextInput
          className={styles.search}
          data-page-search
          aria-label={t('search')}
          placeholder={t('search')}
          leftSection={<IconSearch size={16} aria-hidden />}
          rightSection={
            words === '' ? null : (
              <CloseButton size="sm" aria-label={t('clearSearch')} onClick={() => onWords('')} />
            )
          }
          value={words}
          onChange={(event) => onWords(event.currentTarget.value)}
        />
        {found === null ? null : (
          <Button
            variant="default"
            disabled={foundPlaces.length === 0}
            onClick={() => select(foundPlaces, false)}
          >
            {t('selectFound', { count: foundPlaces.length })}
          </Button>
        )}
        <Button
          variant="subtle"
          color="gray"
          leftSection={asTable ? <IconMap2 size={16} aria-hidden /> : <IconTable size={16} aria-hidden />}
          onClick={() => setAsTable(!asTable)}
        >
          {t(asTable ? 'asMap' : 'asTable')}
        </Button>
      </div>
      <p className={styles.summary}>{t('summary', { count: map.itemCount, fresh: map.newCount, share })}</p>
      <div className={styles.body}>
        {asTable ? (
          <CategoryTable map={map} look={look} />
        ) : (
          <MapCanvas
            points={points}
            look={look}
            categoryCount={map.categories.length}
            focused={focused < points.count ? focused : -1}
            onFocus={setFocused}
            onOpen={open}
            onToggle={toggle}
            onLasso={select}
            label={t('label', { count: map.itemCount })}
            caption={caption}
          />
        )}
        <div className={styles.side}>
          <MapLegend
            map={map}
            hidden={hidden}
            onHidden={setHidden}
            onlyNew={onlyNew}
            onOnlyNew={setOnlyNew}
          />
          <MapSelection
            numbers={selected}
            onClear={() => setSelected(new Set())}
            onOpen={onOpen}
            onEdit={onEdit}
          />
        </div>
      </div>
    </>
  );
}

/** The same, in numbers: how many of each category there are, are new, are found and are selected. */
function CategoryTable({
  map,
  look,
}: {
  readonly map: Drawn;
  readonly look: {
    readonly isFound: ((at: number) => boolean) | null;
    readonly isSelected: (at: number) => boolean;
  };
}) {
  const t = useTranslations('map');
  const format = useFormatter();
  const counts = map.categories.map(() => ({ fresh: 0, found: 0, selected: 0 }));
  for (let at = 0; at < map.points.count; at++) {
    const count = counts[map.points.category[at] ?? 0];
    if (count === undefined) continue;
    if (map.points.isNew[at] === 1) count.fresh += 1;
    if (look.isFound?.(at) === true) count.found += 1;
    if (look.isSelected(at)) count.selected += 1;
  }
  return (
    <div className={styles.numbers}>
      <DataTable
        label={t('category')}
        columns={[t('category'), t('items'), t('fresh'), t('found'), t('selected')]}
        rows={map.categories.map(({ name, count }, at) => [
          name ?? t('other'),
          ...[count, counts[at]?.fresh ?? 0, counts[at]?.found ?? 0, counts[at]?.selected ?? 0].map((value) =>
            format.number(value),
          ),
        ])}
      />
    </div>
  );
}
