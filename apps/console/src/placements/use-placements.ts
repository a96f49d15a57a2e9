'use client';
import { type QueryClient, useQuery } from '@tanstack/react-query';
import { graphql } from '@/generated';
import type { EditedPlacementsQuery } from '@/generated/graphql';
import { request } from '@/graphql/request';

const placementsQuery = graphql(`
  query EditedPlacements {
    placements { key version name kind strategyKey size fallback updatedAt }
    strategies { key name }
  }
`);

export type Placement = EditedPlacementsQuery['placements'][number];
export const placementKinds = [
  'PERSONAL',
  'COMPLEMENTARY',
  'TRENDING',
  'NEW_ARRIVALS',
  'SIMILAR',
  'SEARCH',
] as const satisfies readonly Placement['kind'][];

export function usePlacements() {
  return useQuery({
    queryKey: ['placements'],
    queryFn: ({ signal }) => request(placementsQuery, undefined, signal),
  });
}

/** After a change: everything that shows placements is asked again. */
export const refreshPlacements = (queryClient: QueryClient) =>
  Promise.all(
    ['placements', 'fallback-chains', 'strategies', 'pickable'].map((name) =>
      queryClient.invalidateQueries({ queryKey: [name] }),
    ),
  );
