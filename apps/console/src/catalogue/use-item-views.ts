'use client';
import { useQuery } from '@tanstack/react-query';
import { graphql } from '@/generated';
import type { ItemViewsQuery } from '@/generated/graphql';
import { request } from '@/graphql/request';
import { encodingStates, type ItemFilters, itemSorts, itemStatuses } from './item-filters';

const itemViewsQuery = graphql(`
  query ItemViews {
    itemViews { name version filters changedBy changedAt }
  }
`);
export const itemViewsKey = ['item-views'];

export interface ItemView {
  readonly name: string;
  readonly version: number;
  readonly filters: ItemFilters;
  readonly changedBy: string;
}

/** Filters that the people of this catalogue saved for each other. */
export function useItemViews(enabled = true) {
  return useQuery({
    queryKey: itemViewsKey,
    queryFn: async ({ signal }) => (await request(itemViewsQuery, undefined, signal)).itemViews.map(viewOf),
    enabled,
    staleTime: 60_000,
  });
}

/** A view that an older or newer release wrote is read as far as this one can. */
function viewOf(view: ItemViewsQuery['itemViews'][number]): ItemView {
  const { query, status, encoding, sort } = view.filters;
  const filters = {
    q: typeof query === 'string' ? query : '',
    status: itemStatuses.find((one) => one === status) ?? null,
    encoding: encodingStates.find((one) => one === encoding) ?? null,
    sort: itemSorts.find((one) => one === sort) ?? 'NEWEST',
  };
  return { ...view, filters };
}

/** Where a view is opened. */
export function viewPath({ q, status, encoding, sort }: ItemFilters): string {
  const search = new URLSearchParams();
  if (q !== '') search.set('q', q);
  if (status !== null) search.set('status', status);
  if (encoding !== null) search.set('encoding', encoding);
  if (sort !== 'NEWEST') search.set('sort', sort);
  const text = search.toString();
  return text === '' ? '/catalogue' : `/catalogue?${text}`;
}
