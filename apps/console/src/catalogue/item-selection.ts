import type { ItemSelectionInput } from '@/generated/graphql';
import type { ItemFilters } from './item-filters';

/** Which rows of the table are selected: single ones, or all that fit the filters, loaded or not. */
export type ItemSelection = { readonly ids: ReadonlySet<string> } | { readonly all: true };

export const nothingSelected: ItemSelection = { ids: new Set() };

export const isSelected = (selection: ItemSelection, id: string) =>
  'all' in selection || selection.ids.has(id);

/** With a row in or out; of all, what is left are the loaded others. */
export function toggled(selection: ItemSelection, id: string, loaded: readonly string[]): ItemSelection {
  const ids = new Set('all' in selection ? loaded : selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids };
}

/** With every row between two positions, both included, whichever comes first. */
export function withRange(
  selection: ItemSelection,
  loaded: readonly string[],
  from: number,
  to: number,
): ItemSelection {
  if ('all' in selection) return selection;
  const range = loaded.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ids: new Set([...selection.ids, ...range]) };
}

/** What the address says, in the words of the API: only what is set. */
export function filterOf({ q, status, encoding }: Omit<ItemFilters, 'sort'>) {
  return {
    ...(q.trim() === '' ? {} : { query: q.trim() }),
    ...(status === null ? {} : { status }),
    ...(encoding === null ? {} : { encoding }),
  };
}

export const selectionInput = (selection: ItemSelection, filters: ItemFilters): ItemSelectionInput =>
  'all' in selection ? { filter: filterOf(filters) } : { ids: [...selection.ids] };
