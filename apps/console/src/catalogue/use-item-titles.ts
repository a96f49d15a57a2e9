'use client';
import { useQueries } from '@tanstack/react-query';
import { graphql } from '@/generated';
import { request } from '@/graphql/request';

const itemTitleQuery = graphql(`
  query ItemTitle($id: ID!) {
    item(id: $id) { id title }
  }
`);

/** Titles of items of which only the id is known, by id; the id itself until its title has come. */
export function useItemTitles(ids: readonly string[]): ReadonlyMap<string, string> {
  const found = useQueries({
    queries: ids.map((id) => ({
      queryKey: ['item-title', id],
      queryFn: async ({ signal }: { signal: AbortSignal }) =>
        (await request(itemTitleQuery, { id }, signal)).item,
      staleTime: 300_000,
    })),
  });
  return new Map(ids.map((id, index) => [id, found[index]?.data?.title ?? id]));
}
