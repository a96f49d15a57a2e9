'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { graphql } from '@/generated';
import { request } from '@/graphql/request';

const itemSearchQuery = graphql(`
  query ItemSearch($first: Int!, $filter: AdminItemFilter) {
    items(first: $first, filter: $filter) { nodes { id title categories } }
  }
`);

/** The few items that fit words someone is typing. */
export function useItemSearch(words: string, options: { readonly enabled: boolean }) {
  return useQuery({
    queryKey: ['item-search', words],
    queryFn: async ({ signal }) =>
      (await request(itemSearchQuery, { first: 8, filter: { query: words } }, signal)).items.nodes,
    enabled: options.enabled && words !== '',
    placeholderData: keepPreviousData,
  });
}
