'use client';
import { Select, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { parseAsString, useQueryState } from 'nuqs';
import { QueryView } from '@/design/query-view';
import { graphql } from '@/generated';
import { request } from '@/graphql/request';
import { FlowEditor } from './flow-editor';

const flowsQuery = graphql(`
  query OnboardingFlows {
    onboardingFlows { key version config }
    onboardingForm
  }
`);

/** What new visitors are asked: written here, seen as on a phone, counted question by question. */
export function OnboardingTab() {
  const t = useTranslations('onboarding');
  const locale = useLocale();
  const [key, setKey] = useQueryState('flow', parseAsString.withDefault('default'));
  const query = useQuery({
    queryKey: ['onboarding-flows', locale],
    queryFn: ({ signal }) => request(flowsQuery, undefined, signal),
  });
  return (
    <QueryView query={query} skeleton={<Skeleton height={560} />}>
      {({ onboardingFlows, onboardingForm }) => {
        const flow = onboardingFlows.find((one) => one.key === key) ?? onboardingFlows[0];
        if (flow === undefined) return null;
        return (
          <FlowEditor
            key={flow.key}
            flow={flow}
            form={onboardingForm}
            choice={
              onboardingFlows.length < 2 ? null : (
                <Select
                  aria-label={t('flow')}
                  size="xs"
                  w={190}
                  data={onboardingFlows.map((one) => one.key)}
                  value={flow.key}
                  allowDeselect={false}
                  onChange={(chosen) => void setKey(chosen)}
                />
              )
            }
          />
        );
      }}
    </QueryView>
  );
}
