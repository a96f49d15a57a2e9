'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { graphql } from '@/generated';
import type { EvaluationInput, EvaluationQuery, EvaluationsQuery } from '@/generated/graphql';
import { request } from '@/graphql/request';
import { useLive } from '@/graphql/use-live';
import { isOpen } from '@/models/is-open';

graphql(`
  fragment EvaluationRunFields on EvaluationRun {
    id status splits seeds people split seed method done total faults requestedBy errorCode error
    createdAt startedAt finishedAt
  }
`);
graphql(`
  fragment JudgedEvaluationFields on EvaluationRun {
    ...EvaluationRunFields
    ofTraining cpuSeconds peakMemoryBytes
    data { from to events interactions profiles items dropped { rule events } }
    results {
      split problem seeds people
      rows { method isDefault isBaseline metrics { name value { mean low high } } }
      comparisons { method p difference { mean low high } }
    }
  }
`);
const evaluationsQuery = graphql(`
  query Evaluations {
    evaluations(first: 10) { ...EvaluationRunFields }
  }
`);
const evaluationQuery = graphql(`
  query Evaluation($id: ID!) {
    evaluation(id: $id) { ...JudgedEvaluationFields }
    overview { events { simulated } }
  }
`);
const evaluationProgressSubscription = graphql(`
  subscription EvaluationProgress($id: ID!) {
    evaluationProgress(id: $id) { ...EvaluationRunFields }
  }
`);
const judgedEvaluationSubscription = graphql(`
  subscription JudgedEvaluation($id: ID!) {
    evaluationProgress(id: $id) { ...JudgedEvaluationFields }
  }
`);
const startEvaluationMutation = graphql(`
  mutation StartEvaluation($input: EvaluationInput!) {
    startEvaluation(input: $input) { id }
  }
`);
const cancelEvaluationMutation = graphql(`
  mutation CancelEvaluation($id: ID!) {
    cancelEvaluation(id: $id) { id }
  }
`);

export type EvaluationRun = EvaluationsQuery['evaluations'][number];
export type Evaluation = EvaluationQuery['evaluation'];
export type EvaluationResult = Evaluation['results'][number];
/** One evaluation's key is below it: what changes all of them asks for each again. */
const queryKey = ['evaluations'];
const openMs = 3_000;

/** The newest evaluations; the open one, if there is one, is followed as it goes. */
export function useEvaluations() {
  const queryClient = useQueryClient();
  const query = useQuery({
    queryKey,
    queryFn: async ({ signal }) => (await request(evaluationsQuery, undefined, signal)).evaluations,
    refetchInterval: ({ state }) => (state.data?.some(isOpen) ? openMs : 15_000),
  });
  const open = query.data?.find(isOpen);
  const live = useLive(
    evaluationProgressSubscription,
    { id: open?.id ?? '' },
    {
      enabled: open !== undefined,
      onData: ({ evaluationProgress: now }) =>
        queryClient.setQueryData<EvaluationRun[]>(queryKey, (runs) =>
          runs?.map((run) => (run.id === now.id ? now : run)),
        ),
    },
  );
  return { ...query, open, live };
}

/** One evaluation with what it has shown so far, followed until it has ended. */
export function useEvaluation(id: string) {
  const queryClient = useQueryClient();
  const ownKey = [...queryKey, id];
  const query = useQuery({
    queryKey: ownKey,
    queryFn: ({ signal }) => request(evaluationQuery, { id }, signal),
    refetchInterval: ({ state }) =>
      state.data !== undefined && isOpen(state.data.evaluation) ? openMs : false,
  });
  const live = useLive(
    judgedEvaluationSubscription,
    { id },
    {
      enabled: query.data !== undefined && isOpen(query.data.evaluation),
      onData: ({ evaluationProgress: evaluation }) =>
        queryClient.setQueryData<EvaluationQuery>(ownKey, (seen) => seen && { ...seen, evaluation }),
    },
  );
  return { query, live };
}

export function useStartEvaluation() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (input: EvaluationInput) =>
      (await request(startEvaluationMutation, { input })).startEvaluation,
    onSuccess: () => queryClient.invalidateQueries({ queryKey }),
  });
}

export function useCancelEvaluation() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request(cancelEvaluationMutation, { id }),
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  });
}
