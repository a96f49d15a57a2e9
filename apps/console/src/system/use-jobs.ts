'use client';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { graphql } from '@/generated';
import type { JobsQuery } from '@/generated/graphql';
import { request } from '@/graphql/request';

const jobsQuery = graphql(`
  query Jobs($open: Boolean!, $first: Int!, $before: DateTime) {
    jobs(open: $open, first: $first, before: $before) {
      id kind status subject progress attempts error requestedBy createdAt startedAt finishedAt
    }
  }
`);
export type Job = JobsQuery['jobs'][number];
const overKey = ['jobs', 'over'];
const pageSize = 20;

/** Jobs that wait or run: asked for every two seconds while there are any. When one ends, those that are over are read anew. */
export function useOpenJobs() {
  const queryClient = useQueryClient();
  const query = useQuery({
    queryKey: ['jobs', 'open'],
    queryFn: async ({ signal }) => (await request(jobsQuery, { open: true, first: 100 }, signal)).jobs,
    refetchInterval: ({ state }) => ((state.data?.length ?? 0) > 0 ? 2_000 : 10_000),
  });
  const open = query.data?.map(({ id }) => id).join();
  useEffect(() => {
    if (open !== undefined) void queryClient.invalidateQueries({ queryKey: overKey });
  }, [open, queryClient]);
  return query;
}

/** Jobs that are over, the newest first. */
export function useFinishedJobs() {
  return useInfiniteQuery({
    queryKey: overKey,
    queryFn: async ({ pageParam, signal }) =>
      (await request(jobsQuery, { open: false, first: pageSize, before: pageParam }, signal)).jobs,
    initialPageParam: null as string | null,
    getNextPageParam: (page) => (page.length < pageSize ? null : (page.at(-1)?.createdAt ?? null)),
  });
}
