'use client';
import { Anchor, SegmentedControl, Skeleton } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { parseAsInteger, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { Empty } from '@/design/empty';
import { PageHeader } from '@/design/page-header';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { SimulatedTag } from '@/design/simulated-tag';
import { BanditPanel } from './bandit-panel';
import { DecisionBanner } from './decision-banner';
import { ExperimentActions } from './experiment-actions';
import styles from './experiment-page.module.css';
import { ExperimentSetUp } from './experiment-set-up';
import { ExperimentStatusTag } from './experiment-tags';
import { ExposurePanel } from './exposure-panel';
import { InterleavingPanel } from './interleaving-panel';
import { InterleavingSlices } from './interleaving-slices';
import { LiftOverTime } from './lift-over-time';
import { MetricResults } from './metric-results';
import { readingOf } from './metric-verdict';
import { SlicePanel } from './slice-panel';
import { TrafficPanel } from './traffic-panel';
import { type Experiment, type Reading, useExperiment } from './use-experiments';

const readings = ['sequential', 'fixed', 'bayesian'] as const;

/** One experiment: what to do about it, why, and everything that says so. */
export function ExperimentPage({ experimentKey }: { readonly experimentKey: string }) {
  const t = useTranslations('experiments');
  const [{ reading, version }, setState] = useQueryStates({
    reading: parseAsStringLiteral(readings),
    version: parseAsInteger,
  });
  const query = useExperiment(experimentKey, version, reading);
  return (
    <QueryView
      query={query}
      skeleton={
        <div className={styles.page}>
          <Skeleton height={76} width="60%" />
          <Skeleton height={120} radius="lg" />
          <Skeleton height={360} radius="lg" />
        </div>
      }
    >
      {(experiment) =>
        experiment === null ? (
          <>
            <PageHeader title={t('missing')} above={<Back />} />
            <Panel>{t('missingText')}</Panel>
          </>
        ) : (
          <div className={styles.page}>
            <PageHeader
              above={<Back />}
              title={
                <span className={styles.title}>
                  {experiment.name}
                  <ExperimentStatusTag status={experiment.status} />
                  {(experiment.results?.simulatedShare ?? 0) > 0 ? <SimulatedTag /> : null}
                </span>
              }
              text={experiment.hypothesis}
              action={<ExperimentActions experiment={experiment} />}
            />
            {experiment.version > 1 ? (
              <p className={styles.versions}>
                {t('version', { version: experiment.version })}
                <Anchor
                  component="button"
                  type="button"
                  size="sm"
                  onClick={() => void setState({ version: experiment.version - 1 }, { history: 'push' })}
                >
                  {t('earlier')}
                </Anchor>
                {version === null ? null : (
                  <Anchor
                    component="button"
                    type="button"
                    size="sm"
                    onClick={() => void setState({ version: null })}
                  >
                    {t('newest')}
                  </Anchor>
                )}
              </p>
            ) : null}
            <Results
              experiment={experiment}
              reading={reading ?? readingOf(experiment.stopping?.rule)}
              onReading={(value) => void setState({ reading: value })}
            />
            <div className={styles.columns}>
              <ExperimentSetUp experiment={experiment} />
              {experiment.status === 'RUNNING' ? <TrafficPanel experiment={experiment} /> : null}
            </div>
          </div>
        )
      }
    </QueryView>
  );
}

/** While the split is broken or the sample too small, nothing that could be read as a lift is on the page. */
function Results(props: {
  readonly experiment: Experiment;
  readonly reading: Reading;
  readonly onReading: (reading: Reading) => void;
}) {
  const { experiment, reading } = props;
  const { results } = experiment;
  const t = useTranslations('experiments');
  if (results == null) {
    return (
      <Panel>
        <Empty icon={null} title={t('notStarted')} text={t('notStartedText')} />
      </Panel>
    );
  }
  return (
    <>
      <DecisionBanner experiment={experiment} results={results} />
      {results.bandit == null ? null : <BanditPanel experiment={experiment} bandit={results.bandit} />}
      {results.interleaving.length === 0 ? null : (
        <InterleavingPanel experiment={experiment} readings={results.interleaving} />
      )}
      {results.interleavingSlices.length === 0 ? null : (
        <InterleavingSlices slices={results.interleavingSlices} />
      )}
      {results.hidden == null && experiment.kind === 'AB' ? (
        <>
          <Panel
            title={t('results')}
            note={t('resultsNote', { control: experiment.variants[0]?.name ?? '' })}
            action={
              <SegmentedControl
                size="xs"
                aria-label={t('reading')}
                value={reading}
                onChange={(value) => props.onReading(readings.find((one) => one === value) ?? reading)}
                data={readings.map((value) => ({ value, label: t(`readingOf.${value}`) }))}
              />
            }
          >
            <MetricResults experiment={experiment} results={results} reading={reading} />
          </Panel>
          <LiftOverTime experiment={experiment} results={results} />
          <SlicePanel experiment={experiment} />
        </>
      ) : null}
      <ExposurePanel experiment={experiment} results={results} />
    </>
  );
}

function Back() {
  const t = useTranslations('experiments');
  return (
    <Anchor component={Link} href="/experiments" size="sm" className={styles.back}>
      <IconArrowLeft size={14} aria-hidden />
      {t('title')}
    </Anchor>
  );
}
