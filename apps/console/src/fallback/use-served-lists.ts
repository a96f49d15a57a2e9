import { queryOptions } from '@tanstack/react-query';
import { graphql } from '@/generated';
import { request } from '@/graphql/request';

const servedListsQuery = graphql(`
  query ServedLists {
    servedLists(days: 7) {
      lists isCut
      groups { placement level coldness lists simulated }
      clicks { coldness lists clicked simulated share low high }
    }
  }
`);

/** Which rung answered the lists of the last seven days, and what was clicked. */
export const servedListsOptions = queryOptions({
  queryKey: ['served-lists'],
  queryFn: async ({ signal }) => (await request(servedListsQuery, undefined, signal)).servedLists,
  staleTime: 60_000,
});
