'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { graphql } from '@/generated';
import type { TrainingRunsQuery, TrainingSettingsInput, TrainingSettingsQuery } from '@/generated/graphql';
import { request } from '@/graphql/request';
import { useLive } from '@/graphql/use-live';
import { isOpen } from './is-open';

graphql(`
  fragment TrainingRunFields on TrainingRun {
    id status trigger stage done total attempt faults requestedBy errorCode error modelId
    createdAt startedAt finishedAt
  }
`);
const trainingRunsQuery = graphql(`
  query TrainingRuns {
    trainingRuns(first: 10) { ...TrainingRunFields }
  }
`);
const trainingProgressSubscription = graphql(`
  subscription TrainingProgress($id: ID!) {
    trainingProgress(id: $id) { ...TrainingRunFields }
  }
`);
const startTrainingMutation = graphql(`
  mutation StartTraining($input: TrainingInput) {
    startTraining(input: $input) { ...TrainingRunFields }
  }
`);
const cancelTrainingMutation = graphql(`
  mutation CancelTraining($id: ID!) {
    cancelTraining(id: $id) { ...TrainingRunFields }
  }
`);

const trainingSettingsQuery = graphql(`
  query TrainingSettings {
    trainingSettings { nightlyHour afterEvents windowDays }
  }
`);
const saveTrainingSettingsMutation = graphql(`
  mutation SaveTrainingSettings($input: TrainingSettingsInput!) {
    saveTrainingSettings(input: $input) { nightlyHour afterEvents windowDays }
  }
`);

export type TrainingSettings = TrainingSettingsQuery['trainingSettings'];
export type TrainingRun = TrainingRunsQuery['trainingRuns'][number];
const queryKey = ['training-runs'];

/** The newest trainings; the open one, if there is one, is followed as it goes. */
export function useTrainingRuns() {
  const queryClient = useQueryClient();
  const query = useQuery({
    queryKey,
    queryFn: async ({ signal }) => (await request(trainingRunsQuery, undefined, signal)).trainingRuns,
    // the nightly training begins by itself
    refetchInterval: ({ state }) => (state.data?.some(isOpen) ? 3_000 : 15_000),
  });
  const open = query.data?.find(isOpen);
  const live = useLive(
    trainingProgressSubscription,
    { id: open?.id ?? '' },
    {
      enabled: open !== undefined,
      onData: ({ trainingProgress }) =>
        queryClient.setQueryData<TrainingRun[]>(queryKey, (runs) =>
          runs?.map((run) => (run.id === trainingProgress.id ? trainingProgress : run)),
        ),
    },
  );
  const finished = query.data?.filter((run) => !isOpen(run)).length;
  useEffect(() => {
    if (finished !== undefined) void queryClient.invalidateQueries({ queryKey: ['models'] });
  }, [finished, queryClient]);
  return { ...query, open, live };
}

export function useStartTraining() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ note, baselines }: { readonly note: string; readonly baselines: boolean }) =>
      request(startTrainingMutation, { input: { baselines, ...(note === '' ? {} : { note }) } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey }),
  });
}

const settingsKey = ['training-settings'];

export function useTrainingSettings() {
  return useQuery({
    queryKey: settingsKey,
    queryFn: async ({ signal }) => (await request(trainingSettingsQuery, undefined, signal)).trainingSettings,
  });
}

export function useSaveTrainingSettings() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (input: TrainingSettingsInput) =>
      (await request(saveTrainingSettingsMutation, { input })).saveTrainingSettings,
    onSuccess: (saved) => queryClient.setQueryData(settingsKey, saved),
  });
}

export function useCancelTraining() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request(cancelTrainingMutation, { id }),
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  });
}
