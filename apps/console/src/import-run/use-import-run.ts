'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { graphql } from '@/generated';
import type { ImportInput, ImportRunQuery } from '@/generated/graphql';
import { request } from '@/graphql/request';
import { useLive } from '@/graphql/use-live';

export type ImportRun = ImportRunQuery['importRun'];

graphql(`
  fragment ImportRunFields on ImportRun {
    id status dryRun fileName format totalBytes readBytes rows created updated unchanged rejected
    rowsPerSecond etaSeconds error rejectsUrl createdAt startedAt finishedAt
    mapping { column field }
  }
`);
const importRunQuery = graphql(`
  query ImportRun($id: ID!) {
    importRun(id: $id) { ...ImportRunFields }
  }
`);
const importProgressSubscription = graphql(`
  subscription ImportProgress($id: ID!) {
    importProgress(id: $id) { ...ImportRunFields }
  }
`);
const importRejectsQuery = graphql(`
  query ImportRejects($id: ID!, $first: Int!) {
    importRun(id: $id) {
      rejects(first: $first) { nodes { line field code message fix excerpt } }
    }
  }
`);
const importCatalogueMutation = graphql(`
  mutation ImportCatalogue($input: ImportInput!) {
    importCatalogue(input: $input) { ...ImportRunFields }
  }
`);

export const isFinished = (run: Pick<ImportRun, 'status'>) =>
  run.status === 'SUCCEEDED' || run.status === 'FAILED';
const key = (id: string) => ['import-run', id];

export function useStartImport() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (input: ImportInput) =>
      (await request(importCatalogueMutation, { input })).importCatalogue,
    onSuccess: (run) => queryClient.setQueryData(key(run.id), run),
  });
}

/** A run as it goes: pushed over the stream, and asked for every two seconds in case the stream is lost. */
export function useImportRun(id: string | null) {
  const queryClient = useQueryClient();
  const query = useQuery({
    queryKey: key(id ?? ''),
    queryFn: async ({ signal }) => (await request(importRunQuery, { id: id ?? '' }, signal)).importRun,
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data !== undefined && isFinished(state.data) ? false : 2_000),
  });
  const going = query.data !== undefined && !isFinished(query.data);
  const live = useLive(
    importProgressSubscription,
    { id: id ?? '' },
    {
      enabled: id !== null && going,
      onData: ({ importProgress }) => queryClient.setQueryData(key(importProgress.id), importProgress),
    },
  );
  const changedSomething = query.data !== undefined && isFinished(query.data) && !query.data.dryRun;
  useEffect(() => {
    if (!changedSomething) return;
    for (const queryKey of [['items'], ['overview'], ['encoding-progress'], ['import-runs']])
      void queryClient.invalidateQueries({ queryKey });
  }, [changedSomething, queryClient]);
  return { ...query, live };
}

export function useImportRejects(run: ImportRun | undefined) {
  return useQuery({
    queryKey: ['import-rejects', run?.id, run?.rejected],
    queryFn: async ({ signal }) =>
      (await request(importRejectsQuery, { id: run?.id ?? '', first: 20 }, signal)).importRun.rejects.nodes,
    enabled: run !== undefined && isFinished(run) && run.rejected > 0,
  });
}
