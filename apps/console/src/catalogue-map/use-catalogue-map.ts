'use client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { graphql } from '@/generated';
import type { CatalogueMapQuery } from '@/generated/graphql';
import { request } from '@/graphql/request';
import { type MapPoints, readMapPoints } from './map-points';

const catalogueMapQuery = graphql(`
  query CatalogueMap($known: String) {
    catalogueMap(knownVersion: $known) {
      state done total explained itemCount newCount pointCount version points
      categories { name count }
    }
  }
`);
const mapItemQuery = graphql(`
  query MapItems($numbers: [Int!]!) {
    mapItems(numbers: $numbers) { number id title categories }
  }
`);
const mapMatchesQuery = graphql(`
  query MapMatches($filter: AdminItemFilter!) {
    mapMatches(filter: $filter)
  }
`);

export type CatalogueMap = Omit<CatalogueMapQuery['catalogueMap'], 'points'> & { readonly points: MapPoints };
const queryKey = ['catalogue-map'];
const noPoints = readMapPoints('', 0);

/** The map, looked at anew now and then; its points travel only when they are others. */
export function useCatalogueMap() {
  const queryClient = useQueryClient();
  return useQuery({
    queryKey,
    queryFn: async ({ signal }): Promise<CatalogueMap> => {
      const before = queryClient.getQueryData<CatalogueMap>(queryKey);
      const known = before?.state === 'READY' ? before.version : null;
      const { points, ...map } = (await request(catalogueMapQuery, { known }, signal)).catalogueMap;
      if (points != null) return { ...map, points: readMapPoints(points, map.pointCount) };
      return { ...map, points: map.version === known ? (before?.points ?? noPoints) : noPoints };
    },
    structuralSharing: false,
    refetchInterval: ({ state }) => (state.data?.state === 'DRAWING' ? 1_000 : 15_000),
  });
}

/** What items are called, those that are asked for. */
export function useMapItems(numbers: readonly number[]) {
  return useQuery({
    queryKey: ['map-items', numbers],
    queryFn: async ({ signal }) => (await request(mapItemQuery, { numbers: [...numbers] }, signal)).mapItems,
    enabled: numbers.length > 0,
    staleTime: 60_000,
  });
}

/** Numbers of the items that the words find; null while nothing is searched for. */
export function useMapMatches(words: string) {
  return useQuery({
    queryKey: ['map-matches', words],
    queryFn: async ({ signal }) =>
      words === ''
        ? null
        : new Set((await request(mapMatchesQuery, { filter: { query: words } }, signal)).mapMatches),
    structuralSharing: false,
  });
}
