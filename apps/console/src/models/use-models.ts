'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { graphql } from '@/generated';
import type { ModelQuery, ModelsQuery } from '@/generated/graphql';
import { request } from '@/graphql/request';

graphql(`
  fragment ModelFields on Model {
    id number status createdAt activatedAt activatedBy activationReason encoderModelId runId parameters
    data { from to events interactions profiles items dropped { rule events } }
    metrics {
      slice people
      metrics {
        name
        value { mean low high }
        active { mean low high }
        untrained { mean low high }
      }
      baselines { method metrics { name value { mean low high } } }
    }
    gate {
      verdict metric margin leastPeople activeModelId
      slices { slice people verdict difference { mean low high } }
    }
    cost { durationMs cpuSeconds peakMemoryBytes energyJoules watts }
    artefact { bytes sha256 droppedAt }
  }
`);
const modelsQuery = graphql(`
  query Models {
    models(first: 50) {
      id number status createdAt activatedAt activatedBy activationReason
      data { events interactions profiles items }
      gate { verdict metric }
      metrics { slice metrics { name value { mean low high } } }
    }
    overview { model { serving { id number } isLoading problem foldedItems } events { simulated } }
  }
`);
const modelQuery = graphql(`
  query Model($id: ID!) {
    model(id: $id) { ...ModelFields }
    models(first: 50) { id number }
    overview { events { simulated } }
  }
`);
const modelActivationsQuery = graphql(`
  query ModelActivations($after: ID) {
    modelActivations(first: 20, after: $after) { id modelId previousModelId actor reason overridden createdAt }
  }
`);
const activateModelMutation = graphql(`
  mutation ActivateModel($id: ID!, $reason: String) {
    activateModel(id: $id, reason: $reason) { id number }
  }
`);
const rollBackModelMutation = graphql(`
  mutation RollBackModel($from: ID!, $reason: String!) {
    rollBackModel(from: $from, reason: $reason) { id number }
  }
`);

/** What the list knows of a version. */
export type ListedModel = ModelsQuery['models'][number];
export type Model = NonNullable<ModelQuery['model']>;

export function useModels() {
  return useQuery({
    queryKey: ['models'],
    queryFn: ({ signal }) => request(modelsQuery, undefined, signal),
    refetchInterval: 15_000,
  });
}

export function useModel(id: string) {
  return useQuery({
    queryKey: ['models', id],
    queryFn: ({ signal }) => request(modelQuery, { id }, signal),
  });
}

export const activationsPage = async (after: string | null, signal: AbortSignal) =>
  (await request(modelActivationsQuery, { after }, signal)).modelActivations;

/** Which version serves has changed: everything that shows it is asked for again. */
function useAfterSwitch() {
  const queryClient = useQueryClient();
  return async () => {
    for (const queryKey of [['models'], ['model-activations'], ['overview']])
      await queryClient.invalidateQueries({ queryKey });
  };
}

export function useActivateModel() {
  return useMutation({
    mutationFn: (variables: { id: string; reason: string | null }) =>
      request(activateModelMutation, variables),
    onSuccess: useAfterSwitch(),
  });
}

export function useRollBackModel() {
  return useMutation({
    mutationFn: (variables: { from: string; reason: string }) => request(rollBackModelMutation, variables),
    onSuccess: useAfterSwitch(),
  });
}
