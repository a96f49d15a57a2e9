'use client';
import { Anchor, Skeleton } from '@mantine/core';
import { IconArrowLeft, IconScale } from '@tabler/icons-react';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { Empty } from '@/design/empty';
import { JobStatusTag } from '@/design/job-status-tag';
import { PageHeader } from '@/design/page-header';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { SimulatedTag } from '@/design/simulated-tag';
import { useActorText } from '@/design/use-actor-text';
import { asFailure } from '@/graphql/failure';
import { isOpen } from '@/models/is-open';
import { ModelData } from '@/models/model-data';
import styles from '@/models/model-page.module.css';
import { useMay } from '@/session/use-may';
import { EvaluationCost } from './evaluation-cost';
import { EvaluationLead } from './evaluation-lead';
import { EvaluationMethods } from './evaluation-methods';
import { EvaluationParts } from './evaluation-parts';
import { EvaluationProblems } from './evaluation-problems';
import { EvaluationProgress } from './evaluation-progress';
import { type Evaluation, useEvaluation } from './use-evaluations';

/** One evaluation: is what is served ahead of what one could use instead, by how much, for whom, and how sure is that? */
export function EvaluationPage({ id }: { readonly id: string }) {
  const t = useTranslations('evaluations');
  const mayCancel = useMay('EXPERIMENTER');
  const { query, live } = useEvaluation(id);
  if (query.error !== null && asFailure(query.error).code === 'NOT_FOUND') {
    return (
      <>
        <PageHeader title={t('missing')} above={<Back />} />
        <Panel>{t('missingText')}</Panel>
      </>
    );
  }
  return (
    <QueryView
      query={query}
      skeleton={
        <div className={styles.page}>
          <Skeleton height={72} width="60%" />
          <Skeleton height={300} radius="lg" />
          <Skeleton height={420} radius="lg" />
        </div>
      }
    >
      {({ evaluation, overview }) => {
        const isSimulated = overview.events.simulated > 0;
        const judged = evaluation.results.filter(({ rows }) => rows.length > 0);
        return (
          <div className={styles.page}>
            <Header evaluation={evaluation} isSimulated={isSimulated} />
            {isOpen(evaluation) ? (
              <EvaluationProgress
                run={evaluation}
                reconnecting={live === 'reconnecting'}
                mayCancel={mayCancel}
              />
            ) : null}
            <EvaluationProblems evaluation={evaluation} />
            {judged.length === 0 ? (
              <Panel>
                <Empty
                  icon={<IconScale size={24} />}
                  title={t(isOpen(evaluation) ? 'nothingYet' : 'nothing')}
                  text={t(
                    evaluation.ofTraining
                      ? 'ofTraining'
                      : isOpen(evaluation)
                        ? 'nothingYetText'
                        : 'nothingText',
                  )}
                />
              </Panel>
            ) : (
              <>
                <EvaluationLead results={judged} />
                <EvaluationMethods results={judged} />
                <EvaluationParts results={judged} />
              </>
            )}
            {evaluation.data == null ? null : (
              <div className={styles.columns}>
                <ModelData
                  title={t('data')}
                  data={evaluation.data}
                  simulatedEvents={overview.events.simulated}
                />
                <EvaluationCost evaluation={evaluation} />
              </div>
            )}
          </div>
        );
      }}
    </QueryView>
  );
}

function Header(props: { readonly evaluation: Evaluation; readonly isSimulated: boolean }) {
  const { evaluation } = props;
  const t = useTranslations('evaluations');
  const model = useTranslations('models');
  const format = useFormatter();
  const actorText = useActorText();
  return (
    <PageHeader
      above={<Back />}
      title={
        <span className={styles.title}>
          {t('one')}
          <JobStatusTag status={evaluation.status} />
          {props.isSimulated ? <SimulatedTag>{model('withSimulated')}</SimulatedTag> : null}
        </span>
      }
      text={`${format.dateTime(new Date(evaluation.createdAt), { dateStyle: 'medium', timeStyle: 'short' })} · ${actorText(evaluation.requestedBy)} · ${t('asked', { seeds: evaluation.seeds, people: evaluation.people ?? 0 })}`}
    />
  );
}

function Back() {
  const t = useTranslations('models');
  return (
    <Anchor component={Link} href="/models" size="sm" className={styles.back}>
      <IconArrowLeft size={14} aria-hidden />
      {t('title')}
    </Anchor>
  );
}
