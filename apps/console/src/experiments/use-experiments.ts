'use client';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { graphql } from '@/generated';
import type {
  ExperimentHealthQuery,
  ExperimentInput,
  ExperimentQuery,
  ExperimentsQuery,
} from '@/generated/graphql';
import { request } from '@/graphql/request';

const experimentsQuery = graphql(`
  query Experiments($after: ID) {
    experiments(first: 50, after: $after) {
      cursor key version status name hypothesis placements ramp killed createdAt startedAt stoppedAt
      plan { days unitsPerArm }
      variants { key name }
      decision { variant at }
    }
  }
`);
const experimentHealthQuery = graphql(`
  query ExperimentHealth {
    experimentHealth {
      key name version status daysRun hidden readsAt needsDecision
      units { variant n }
      advice { variant advice sentence reasons { code sentence } }
    }
  }
`);
graphql(`
  fragment MetricFields on Metric {
    key name kind better version
  }
`);
graphql(`
  fragment LiftFields on LiftReading {
    test adjustment estimate low high p chanceToWin expectedLoss lossOfKeeping
  }
`);
graphql(`
  fragment MetricResultFields on MetricResult {
    role
    metric { ...MetricFields }
    arms { variant n value winsorised }
    comparisons {
      variant problem adjustedP significant guardrail
      decisive { ...LiftFields }
      others { ...LiftFields }
    }
  }
`);
const experimentQuery = graphql(`
  query Experiment($key: String!, $version: Int, $fixed: Boolean!, $bayesian: Boolean!) {
    experiment(key: $key, version: $version, fixed: $fixed, bayesian: $bayesian) {
      key version status kind name hypothesis unit placements holdoutShare coldness segments onboardingFlow primaryMetric secondaryMetrics
      alpha minimumUnitsPerArm stratifyBy ramp killed createdBy createdAt startedAt stoppedAt stopReason
      layer { key from to }
      variants { key name strategyKey strategyVersion weight rulesOff rulesOn size fallback flow }
      bandit { floor everyMinutes }
      guardrails { metric margin }
      plan { lift power unitsPerArm days }
      stopping { rule maximumLoss }
      decision { variant reason by at strategiesRestored }
      results {
        asOf isBehind hidden readsAt severalArms mergedAcrossArms simulatedShare
        units { variant n }
        sampleChecks { dimension value units p mismatch }
        funnel { stage lists }
        metrics { ...MetricResultFields }
        overTime { day variant n estimate low high }
        bandit { arms { variant n mean standardError share chanceToBeBest } }
        interleaving { role n winShare low high p adjustedP metric { ...MetricFields } }
        interleavingSlices { dimension value reading { n winShare low high } }
        novelty { variant fades firstDay { estimate low high } later { estimate low high } }
        warnings { code sentence }
        advice { variant advice sentence reasons { code sentence } }
      }
    }
  }
`);
const experimentSlicesQuery = graphql(`
  query ExperimentSlices($key: String!, $version: Int) {
    experiment(key: $key, version: $version) {
      results {
        slices {
          dimension value
          result { arms { variant n } comparisons { variant decisive { estimate low high } } }
        }
      }
    }
  }
`);
const createExperimentMutation = graphql(`
  mutation CreateExperiment($input: ExperimentInput!) {
    createExperiment(input: $input) { key version }
  }
`);
const startExperimentMutation = graphql(`
  mutation StartExperiment($key: String!) {
    startExperiment(key: $key) { key version }
  }
`);
const stopExperimentMutation = graphql(`
  mutation StopExperiment($key: String!, $reason: String!) {
    stopExperiment(key: $key, reason: $reason) { key version }
  }
`);
const decideExperimentMutation = graphql(`
  mutation DecideExperiment($key: String!, $variant: String!, $reason: String!) {
    decideExperiment(key: $key, variant: $variant, reason: $reason) { key version }
  }
`);
const setExperimentTrafficMutation = graphql(`
  mutation SetExperimentTraffic($key: String!, $ramp: Float, $killed: Boolean) {
    setExperimentTraffic(key: $key, ramp: $ramp, killed: $killed) { key ramp killed }
  }
`);

export type ListedExperiment = ExperimentsQuery['experiments'][number];
export type ExperimentHealth = ExperimentHealthQuery['experimentHealth'][number];
export type Experiment = NonNullable<ExperimentQuery['experiment']>;
export type Results = NonNullable<Experiment['results']>;
export type MetricResult = Results['metrics'][number];
export type Comparison = MetricResult['comparisons'][number];
export type Lift = NonNullable<Comparison['decisive']>;
export type Reading = 'sequential' | 'fixed' | 'bayesian';
export type StoppingRule = NonNullable<Experiment['stopping']>['rule'];

export function useExperiments() {
  return useInfiniteQuery({
    queryKey: ['experiments', 'list'],
    queryFn: async ({ pageParam, signal }) =>
      (await request(experimentsQuery, { after: pageParam }, signal)).experiments,
    initialPageParam: null as string | null,
    getNextPageParam: (page) => (page.length === 50 ? (page.at(-1)?.cursor ?? null) : null),
    refetchInterval: 15_000,
  });
}

export function useExperimentHealth() {
  return useQuery({
    queryKey: ['experiments', 'health'],
    queryFn: async ({ signal }) => (await request(experimentHealthQuery, undefined, signal)).experimentHealth,
    refetchInterval: 15_000,
  });
}

/**
 * Results are asked for again every ten seconds while it runs: the worker counts new events every few seconds.
 * `reading`: beside that of the stopping rule, which is always there; null: none.
 */
export function useExperiment(key: string, version: number | null, reading: Reading | null) {
  // the always-valid reading is in every answer: to come back to it asks for nothing
  const readings = { fixed: reading === 'fixed', bayesian: reading === 'bayesian' };
  return useQuery({
    queryKey: ['experiments', 'one', key, version, readings],
    queryFn: async ({ signal }) =>
      (await request(experimentQuery, { key, version, ...readings }, signal)).experiment ?? null,
    refetchInterval: ({ state }) => (state.data?.status === 'RUNNING' ? 10_000 : false),
    placeholderData: (before) => (before?.key === key ? before : undefined),
  });
}

export function useExperimentSlices(key: string, version: number, enabled: boolean) {
  return useQuery({
    queryKey: ['experiments', 'slices', key, version],
    queryFn: async ({ signal }) =>
      (await request(experimentSlicesQuery, { key, version }, signal)).experiment?.results?.slices ?? [],
    enabled,
  });
}

function useAfterChange() {
  const queryClient = useQueryClient();
  return () => queryClient.invalidateQueries({ queryKey: ['experiments'] });
}

export function useCreateExperiment() {
  return useMutation({
    mutationFn: async (input: ExperimentInput) =>
      (await request(createExperimentMutation, { input })).createExperiment,
    // also after a conflict: what somebody else saved meanwhile is then known
    onSettled: useAfterChange(),
  });
}

export function useStartExperiment() {
  return useMutation({
    mutationFn: (key: string) => request(startExperimentMutation, { key }),
    onSuccess: useAfterChange(),
  });
}

export function useStopExperiment() {
  return useMutation({
    mutationFn: (variables: { key: string; reason: string }) => request(stopExperimentMutation, variables),
    onSuccess: useAfterChange(),
  });
}

export function useDecideExperiment() {
  return useMutation({
    mutationFn: (variables: { key: string; variant: string; reason: string }) =>
      request(decideExperimentMutation, variables),
    onSuccess: useAfterChange(),
  });
}

export function useSetTraffic() {
  return useMutation({
    mutationFn: (variables: { key: string; ramp?: number; killed?: boolean }) =>
      request(setExperimentTrafficMutation, variables),
    onSuccess: useAfterChange(),
  });
}
