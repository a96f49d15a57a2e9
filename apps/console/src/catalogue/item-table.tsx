// biome-ignore-all lint/a11y/useSemanticElements: rows are placed by transform, which table elements do not take
// biome-ignore-all lint/a11y/useFocusableInteractive: rows are not interactive, the button inside each is
// biome-ignore-all lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
'use client';
import { Button } from '@mantine/core';
import { IconPackages, IconSearchOff, IconUpload } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import Link from 'next/link';
import { useFormatter, useNow, useTranslations } from 'next-intl';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { ColdnessTag } from '@/design/coldness-tag';
import { Empty } from '@/design/empty';
import { ProblemNotice } from '@/design/problem-notice';
import { SlowNote } from '@/design/slow-note';
import { Tag } from '@/design/tag';
import { asFailure } from '@/graphql/failure';
import { BulkEditBar } from './bulk-edit-bar';
import { EncodingTag } from './encoding-tag';
import type { ItemFilters } from './item-filters';
import {
  type ItemSelection,
  isSelected,
  nothingSelected,
  selectionInput,
  toggled,
  withRange,
} from './item-selection';
import styles from './item-table.module.css';
import { type ItemRow, useItems } from './use-items';

const rowHeightPx = 56;
const rowsAhead = 20;

/**
 * A table of any length: only the rows in view are in the page, the next hundred are fetched before they come into
 * view. j and k (or the arrows) move between rows, Enter opens one, x selects it, and Shift selects all in between.
 */
export function ItemTable(props: {
  readonly filters: ItemFilters;
  readonly onOpen: (id: string) => void;
  /** An edit of the selected items was started. */
  readonly onEdit: (editId: string) => void;
  readonly onClearFilters: () => void;
}) {
  const t = useTranslations('catalogue');
  const format = useFormatter();
  const query = useItems(props.filters);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = query.data?.pages.flatMap(({ nodes }) => nodes) ?? [];
  const total = query.data?.pages[0]?.totalCount ?? 0;
  const ids = rows.map(({ id }) => id);
  const [selection, setSelection] = useState<ItemSelection>(nothingSelected);
  const lastPicked = useRef(0);
  // other filters are another list: what was selected of the last one is not seen any more
  const filterKey = JSON.stringify(props.filters);
  const [selectedIn, setSelectedIn] = useState(filterKey);
  if (selectedIn !== filterKey) {
    setSelectedIn(filterKey);
    setSelection(nothingSelected);
  }
  const selectedCount = 'all' in selection ? total : selection.ids.size;
  const allLoaded = ids.length > 0 && ids.every((id) => isSelected(selection, id));
  const pick = (index: number, isRange: boolean) => {
    const id = ids[index];
    if (id === undefined) return;
    setSelection(
      isRange ? withRange(selection, ids, lastPicked.current, index) : toggled(selection, id, ids),
    );
    lastPicked.current = index;
  };
  const virtualizer = useVirtualizer({
    count: query.data === undefined ? 12 : rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeightPx,
    overscan: 10,
    initialRect: { width: 800, height: 600 },
  });
  const visible = virtualizer.getVirtualItems();
  const lastVisible = visible.at(-1)?.index ?? 0;

  const { hasNextPage, isFetchingNextPage, isError, fetchNextPage } = query;
  useEffect(() => {
    if (lastVisible >= rows.length - rowsAhead && hasNextPage && !isFetchingNextPage && !isError)
      void fetchNextPage();
  }, [lastVisible, rows.length, hasNextPage, isFetchingNextPage, isError, fetchNextPage]);

  const move = (event: KeyboardEvent<HTMLDivElement>) => {
    const picked = document.activeElement?.closest<HTMLElement>('[data-index]')?.dataset.index;
    if (
      event.key.toLowerCase() === 'x' &&
      picked !== undefined &&
      !event.metaKey &&
      !event.ctrlKey &&
      !event.altKey
    ) {
      event.preventDefault();
      return pick(Number(picked), event.shiftKey);
    }
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    if (step === undefined || event.metaKey || event.ctrlKey || event.altKey) return;
    const focused = document.activeElement?.closest<HTMLElement>('[data-index]');
    const next = focused === null || focused === undefined ? 0 : Number(focused.dataset.index) + step;
    if (next < 0 || next >= rows.length) return;
    event.preventDefault();
    virtualizer.scrollToIndex(next);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"] button`)?.focus(),
    );
  };

  const filtered = props.filters.q !== '' || props.filters.status !== null || props.filters.encoding !== null;
  const failure = query.error === null || asFailure(query.error).isSignedOut ? null : asFailure(query.error);

  return (
    <section className={styles.panel} aria-label={t('items')}>
      {failure === null ? null : (
        <div className={styles.problem}>
          <ProblemNotice failure={failure} onRetry={() => void query.refetch()} retrying={query.isFetching} />
        </div>
      )}
      {selectedCount === 0 ? null : (
        <BulkEditBar
          selection={selectionInput(selection, props.filters)}
          count={selectedCount}
          more={
            'all' in selection || selectedCount === total ? null : (
              <Button size="compact-xs" variant="subtle" onClick={() => setSelection({ all: true })}>
                {t('selectAll', { total })}
              </Button>
            )
          }
          onClear={() => setSelection(nothingSelected)}
          onStarted={(id) => {
            setSelection(nothingSelected);
            props.onEdit(id);
          }}
        />
      )}
      {query.data === undefined && failure !== null ? null : query.data !== undefined && rows.length === 0 ? (
        filtered ? (
          <Empty
            icon={<IconSearchOff size={24} />}
            title={t('nothingFound')}
            text={t('nothingFoundText')}
            action={
              <Button variant="default" onClick={props.onClearFilters}>
                {t('clearFilters')}
              </Button>
            }
          />
        ) : (
          <Empty
            icon={<IconPackages size={24} />}
            title={t('empty')}
            text={t('emptyText')}
            action={
              <Button
                component={Link}
                href="/catalogue/import"
                leftSection={<IconUpload size={16} aria-hidden />}
              >
                {t('import')}
              </Button>
            }
          />
        )
      ) : (
        <div
          role="table"
          aria-label={t('items')}
          aria-rowcount={total + 1}
          aria-busy={query.isFetching}
          className={styles.table}
          onKeyDown={move}
        >
          <div role="rowgroup">
            <div role="row" aria-rowindex={1} className={styles.head}>
              <div role="columnheader" className={styles.pick}>
                <input
                  type="checkbox"
                  className={styles.check}
                  aria-label={t('selectLoaded')}
                  checked={allLoaded}
                  ref={(box) => {
                    if (box !== null) box.indeterminate = selectedCount > 0 && !allLoaded;
                  }}
                  onChange={(event) =>
                    setSelection(event.currentTarget.checked ? { ids: new Set(ids) } : nothingSelected)
                  }
                />
              </div>
              {(['item', 'categories', 'status', 'coldness', 'encoding', 'updated'] as const).map(
                (column) => (
                  <div key={column} role="columnheader" className={styles[column]}>
                    {t(`column_${column}`)}
                  </div>
                ),
              )}
            </div>
          </div>
          <div
            role="rowgroup"
            ref={scroller}
            className={styles.scroller}
            tabIndex={0}
            data-stale={query.isPlaceholderData}
          >
            <div style={{ height: virtualizer.getTotalSize() }} className={styles.space} role="presentation">
              {visible.map(({ index, start }) => (
                <div
                  key={index}
                  role="row"
                  aria-rowindex={index + 2}
                  data-index={index}
                  className={styles.row}
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <Cells
                    row={rows[index]}
                    selected={isSelected(selection, ids[index] ?? '')}
                    onPick={(isRange) => pick(index, isRange)}
                    onOpen={props.onOpen}
                  />
                </div>
              ))}
            </div>
          </div>
        </div>
      )}
      <div className={styles.late}>
        <SlowNote waiting={query.isFetching && (query.data === undefined || query.isPlaceholderData)} />
      </div>
      <p className={styles.foot} role="status">
        {query.data === undefined ? ' ' : t('count', { shown: format.number(rows.length), total })}
      </p>
    </section>
  );
}

function Cells({
  row,
  selected,
  onPick,
  onOpen,
}: {
  readonly row: ItemRow | undefined;
  readonly selected: boolean;
  readonly onPick: (isRange: boolean) => void;
  readonly onOpen: (id: string) => void;
}) {
  const t = useTranslations('catalogue');
  const statuses = useTranslations('status');
  const format = useFormatter();
  const now = useNow({ updateInterval: 60_000 });
  if (row === undefined) {
    return (
      <div role="cell" className={styles.itemBone}>
        <span className={styles.bone} style={{ width: '60%' }} />
      </div>
    );
  }
  return (
    <>
      <div role="cell" className={styles.pick}>
        <input
          type="checkbox"
          className={styles.check}
          aria-label={t('select', { title: row.title })}
          checked={selected}
          onChange={(event) => onPick(event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey)}
        />
      </div>
      <div role="cell" className={styles.item}>
        <button type="button" className={styles.open} onClick={() => onOpen(row.id)}>
          {row.title}
        </button>
        <span className={styles.id}>{row.id}</span>
      </div>
      <div role="cell" className={styles.categories}>
        {row.categories.join(', ')}
      </div>
      <div role="cell" className={styles.status}>
        <Tag tone={row.status === 'ACTIVE' ? 'good' : 'plain'}>{statuses(row.status)}</Tag>
      </div>
      <div role="cell" className={styles.coldness}>
        <ColdnessTag coldness={row.coldness} />
      </div>
      <div role="cell" className={styles.encoding}>
        <EncodingTag state={row.encoding} />
      </div>
      <div role="cell" className={styles.updated}>
        <time
          dateTime={row.updatedAt}
          title={format.dateTime(new Date(row.updatedAt), { dateStyle: 'medium', timeStyle: 'short' })}
        >
          {format.relativeTime(new Date(row.updatedAt), now)}
        </time>
      </div>
    </>
  );
}
