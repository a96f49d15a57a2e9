import { parseAsString, parseAsStringLiteral } from 'nuqs';

export const itemStatuses = ['ACTIVE', 'HIDDEN'] as const;
export const encodingStates = ['ENCODED', 'WAITING', 'FAILED'] as const;
export const itemSorts = ['NEWEST', 'UPDATED', 'TITLE'] as const;
export type EncodingState = (typeof encodingStates)[number];

export const catalogueViews = ['table', 'map'] as const;

/** What the catalogue page remembers in its address: a link shows the same rows to a colleague. */
export const itemFilterParsers = {
  q: parseAsString.withDefault(''),
  status: parseAsStringLiteral(itemStatuses),
  encoding: parseAsStringLiteral(encodingStates),
  sort: parseAsStringLiteral(itemSorts).withDefault('NEWEST'),
  item: parseAsString,
  /** The edit of many items that is watched. */
  edit: parseAsString,
  view: parseAsStringLiteral(catalogueViews).withDefault('table'),
};

export interface ItemFilters {
  readonly q: string;
  readonly status: (typeof itemStatuses)[number] | null;
  readonly encoding: EncodingState | null;
  readonly sort: (typeof itemSorts)[number];
}
