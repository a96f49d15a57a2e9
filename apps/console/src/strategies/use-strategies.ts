'use client';
import { type QueryClient, useQuery } from '@tanstack/react-query';
import { useLocale } from 'next-intl';
import { graphql } from '@/generated';
import type { StrategiesQuery } from '@/generated/graphql';
import { request } from '@/graphql/request';

const strategiesQuery = graphql(`
  query Strategies {
    strategies { key name version config createdBy createdAt }
    strategyUses { strategyKey kind key name }
  }
`);
const strategyFormQuery = graphql(`
  query StrategyForm {
    strategySchema
    strategyTemplates { scenario config }
  }
`);

export type Strategy = StrategiesQuery['strategies'][number];
export type StrategyUse = StrategiesQuery['strategyUses'][number];

/** Every strategy as it serves, and what names it. */
export function useStrategies() {
  return useQuery({
    queryKey: ['strategies'],
    queryFn: ({ signal }) => request(strategiesQuery, undefined, signal),
  });
}

/** The form of a strategy in the reader's language, and what a new one may begin with. */
export function useStrategyForm() {
  const locale = useLocale();
  return useQuery({
    queryKey: ['strategy-form', locale],
    queryFn: ({ signal }) => request(strategyFormQuery, undefined, signal),
    staleTime: 300_000,
  });
}

/** After a change: everything that shows strategies or what uses them is asked again. */
export const refreshStrategies = (queryClient: QueryClient) =>
  Promise.all(
    ['strategies', 'strategy-versions', 'fallback-chains', 'placements'].map((name) =>
      queryClient.invalidateQueries({ queryKey: [name] }),
    ),
  );
