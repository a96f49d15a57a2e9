'use client';
import { Anchor, Skeleton } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { parseAsString, useQueryState } from 'nuqs';
import { PageHeader } from '@/design/page-header';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { graphql } from '@/generated';
import { request } from '@/graphql/request';
import { useMay } from '@/session/use-may';
import { draftOf, emptyDraft } from './experiment-draft';
import { ExperimentForm } from './experiment-form';
import { useExperiment } from './use-experiments';

const experimentChoicesQuery = graphql(`
  query ExperimentChoices {
    placements { key name }
    strategies { key name version }
    metrics { ...MetricFields }
    rules(first: 100) { key status }
    onboardingFlows { key }
    segments { nodes { key label } }
  }
`);

/** A draft: a new experiment, or (`?from=key`) the next version of one. Nothing serves before its start. */
export function NewExperimentPage() {
  const t = useTranslations('experiments');
  const may = useMay('EXPERIMENTER');
  const [from] = useQueryState('from', parseAsString);
  const choices = useQuery({
    queryKey: ['experiment-choices'],
    queryFn: ({ signal }) => request(experimentChoicesQuery, undefined, signal),
  });
  return (
    <>
      <PageHeader
        above={
          <Anchor component={Link} href="/experiments" size="sm">
            <IconArrowLeft size={14} aria-hidden /> {t('title')}
          </Anchor>
        }
        title={t(from === null ? 'newTitle' : 'nextTitle')}
        text={t('newText')}
      />
      {may ? null : <Panel>{t('mayNot')}</Panel>}
      <QueryView query={choices} skeleton={<Skeleton height={520} radius="lg" />}>
        {(known) =>
          !may ? null : from === null ? (
            <ExperimentForm choices={known} initial={emptyDraft(t('asItIs'), t('newArm'))} />
          ) : (
            <FromExisting experimentKey={from} choices={known} />
          )
        }
      </QueryView>
    </>
  );
}

function FromExisting(props: {
  readonly experimentKey: string;
  readonly choices: Parameters<typeof ExperimentForm>[0]['choices'];
}) {
  const t = useTranslations('experiments');
  const query = useExperiment(props.experimentKey, null, 'sequential');
  return (
    <QueryView query={query} skeleton={<Skeleton height={520} radius="lg" />}>
      {(experiment) =>
        experiment === null ? (
          <Panel>{t('missingText')}</Panel>
        ) : (
          <ExperimentForm choices={props.choices} initial={draftOf(experiment)} />
        )
      }
    </QueryView>
  );
}
