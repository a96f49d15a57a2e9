'use client';
import { type QueryClient, useQuery } from '@tanstack/react-query';
import { useLocale } from 'next-intl';
import { graphql } from '@/generated';
import type { RuleFieldsFragment } from '@/generated/graphql';
import { request } from '@/graphql/request';
import { useBuiltInLabel } from '@/segments/use-built-in-label';
import { byPrecedence } from './precedence';

export const ruleFields = graphql(`
  fragment RuleFields on Rule {
    key kind priority status revision liveRevision condition arguments
    author authors reviewer changedAt allowedActions
  }
`);
const rulesQuery = graphql(`
  query Rules($after: String) {
    rules(first: 100, after: $after) { ...RuleFields }
  }
`);
const ruleQuery = graphql(`
  query Rule($key: String!) {
    rule(key: $key) { ...RuleFields }
  }
`);
const ruleKindsQuery = graphql(`
  query RuleKinds {
    ruleKinds { kind label help form }
    ruleForm
  }
`);
const findingsQuery = graphql(`
  query RuleFindings {
    lintRules { rule other code severity message }
  }
`);
const pickableQuery = graphql(`
  query Pickable {
    placements { key name kind size strategyKey }
    strategies { key name }
    segments { nodes { key label version size } }
    merchandisingPolicy { reviewByAnother }
  }
`);

export type Rule = RuleFieldsFragment;
const pageSize = 100;
/** The linter looks at as many; more could not be read by a person in one list. */
const mostPages = 10;

/** Every rule, in order of precedence. */
export function useRules() {
  return useQuery({
    queryKey: ['rules'],
    queryFn: async ({ signal }) => {
      const all: Rule[] = [];
      for (let page = 0; page < mostPages; page++) {
        const after = all.at(-1)?.key ?? null;
        const { rules } = await request(rulesQuery, { after }, signal);
        all.push(...rules);
        if (rules.length < pageSize) break;
      }
      return all.sort(byPrecedence);
    },
    refetchInterval: 15_000,
  });
}

export function useRule(key: string) {
  return useQuery({
    queryKey: ['rule', key],
    queryFn: async ({ signal }) => (await request(ruleQuery, { key }, signal)).rule,
    enabled: key !== '',
    refetchInterval: 10_000,
  });
}

/** What kinds of rules there are, and the forms of whole rules, in the reader's language. */
export function useRuleKinds() {
  const locale = useLocale();
  return useQuery({
    queryKey: ['rule-kinds', locale],
    queryFn: ({ signal }) => request(ruleKindsQuery, undefined, signal),
    staleTime: 300_000,
  });
}

/** What the linter says of all rules as they were saved last. */
export function useFindings() {
  const locale = useLocale();
  return useQuery({
    queryKey: ['rule-findings', locale],
    queryFn: async ({ signal }) => (await request(findingsQuery, undefined, signal)).lintRules,
    staleTime: 15_000,
  });
}

/** What a rule can name: placements and segments; and whether rules need a second person. */
export function usePickable() {
  const builtInLabel = useBuiltInLabel();
  return useQuery({
    queryKey: ['pickable'],
    queryFn: ({ signal }) => request(pickableQuery, undefined, signal),
    staleTime: 60_000,
    select: ({ segments, ...others }) => ({
      ...others,
      segments: {
        nodes: segments.nodes.map((one) =>
          one.version == null ? { ...one, label: builtInLabel(one.key, one.label) } : one,
        ),
      },
    }),
  });
}

/** After a change of one rule, or of many (no key): everything that shows it is asked again. */
export const refreshRules = (queryClient: QueryClient, key?: string) =>
  Promise.all(
    [
      ['rules'],
      ['rule-findings'],
      ['rule-preview'],
      ...['rule', 'rule-history', 'publish-gate', 'rule-population'].map((name) =>
        key === undefined ? [name] : [name, key],
      ),
    ].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
  );
