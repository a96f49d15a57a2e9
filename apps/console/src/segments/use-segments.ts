'use client';
import { keepPreviousData, type QueryClient, useQuery } from '@tanstack/react-query';
import { useLocale } from 'next-intl';
import { graphql } from '@/generated';
import type { SegmentsQuery } from '@/generated/graphql';
import { request } from '@/graphql/request';

const segmentsQuery = graphql(`
  query Segments {
    segments { profiles sampled nodes { key label when version size share } }
  }
`);
const segmentFormQuery = graphql(`
  query SegmentForm { segmentForm }
`);
const segmentSizeQuery = graphql(`
  query SegmentSize($when: JSONObject!) {
    segmentSize(when: $when) { size share profiles sampled }
  }
`);

export type Segment = SegmentsQuery['segments']['nodes'][number];

/** Every segment with how many people are in it; counted anew while somebody looks. */
export function useSegments() {
  return useQuery({
    queryKey: ['segments'],
    queryFn: async ({ signal }) => (await request(segmentsQuery, undefined, signal)).segments,
    refetchInterval: 30_000,
  });
}

export function useSegmentForm() {
  const locale = useLocale();
  return useQuery({
    queryKey: ['segment-form', locale],
    queryFn: async ({ signal }) => (await request(segmentFormQuery, undefined, signal)).segmentForm,
    staleTime: 300_000,
  });
}

/** How many people a filter is about; null: none is written yet. The last size stays until the next is there. */
export function useSegmentSize(when: Record<string, unknown> | null) {
  return useQuery({
    queryKey: ['segment-size', when],
    queryFn: async ({ signal }) =>
      (await request(segmentSizeQuery, { when: when ?? {} }, signal)).segmentSize,
    enabled: when !== null,
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
    retry: false,
  });
}

/** After a change: everything that shows segments is asked again. */
export const refreshSegments = (queryClient: QueryClient) =>
  Promise.all(
    ['segments', 'pickable', 'rule-findings'].map((name) =>
      queryClient.invalidateQueries({ queryKey: [name] }),
    ),
  );
