'use client';
import { ItemFilterBar } from './item-filter-bar';
import type { ItemFilters } from './item-filters';
import { ItemTable } from './item-table';

/** The table of items with its filters. */
export function ItemList(props: {
  readonly filters: ItemFilters;
  readonly onFilters: (change: Partial<ItemFilters>) => void;
  readonly onOpen: (id: string) => void;
  readonly onEdit: (editId: string) => void;
}) {
  return (
    <>
      <ItemFilterBar filters={props.filters} onChange={props.onFilters} />
      <ItemTable
        filters={props.filters}
        onOpen={props.onOpen}
        onEdit={props.onEdit}
        onClearFilters={() => props.onFilters({ q: '', status: null, encoding: null })}
      />
    </>
  );
}
