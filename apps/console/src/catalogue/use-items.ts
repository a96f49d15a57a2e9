'use client';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { graphql } from '@/generated';
import type { ItemsQuery } from '@/generated/graphql';
import { request } from '@/graphql/request';
import type { ItemFilters } from './item-filters';
import { filterOf } from './item-selection';

export type ItemRow = ItemsQuery['items']['nodes'][number];

const itemsQuery = graphql(`
  query Items($first: Int!, $after: String, $filter: AdminItemFilter, $sort: ItemSort) {
    items(first: $first, after: $after, filter: $filter, sort: $sort) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { id title categories status coldness encoding updatedAt }
    }
  }
`);
const pageSize = 100;

/** The items that fit the filters, a page at a time; rows of the last filter stay until the new ones are there. */
export function useItems(filters: ItemFilters) {
  return useInfiniteQuery({
    queryKey: ['items', filters],
    queryFn: async ({ pageParam, signal }) => {
      const { sort } = filters;
      const filter = filterOf(filters);
      return (await request(itemsQuery, { first: pageSize, after: pageParam, filter, sort }, signal)).items;
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null),
    placeholderData: keepPreviousData,
  });
}
