'use client';
import { Button, Checkbox, Skeleton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBrain, IconPlayerPlay } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Empty } from '@/design/empty';
import { PageHeader } from '@/design/page-header';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { ReasonDialog } from '@/design/reason-dialog';
import { EvaluationProgress } from '@/evaluations/evaluation-progress';
import { EvaluationRuns } from '@/evaluations/evaluation-runs';
import { useEvaluations } from '@/evaluations/use-evaluations';
import { asFailure } from '@/graphql/failure';
import { useMay } from '@/session/use-may';
import { ActivationHistory } from './activation-history';
import { ModelTable } from './model-table';
import styles from './models-page.module.css';
import { ServingPanel } from './serving-panel';
import { TrainingProgress } from './training-progress';
import { TrainingRuns } from './training-runs';
import { TrainingSchedule } from './training-schedule';
import { useModels } from './use-models';
import { useStartTraining, useTrainingRuns } from './use-training';

/** What the catalogue has learned from its events: which version serves, how good it is, and what is being trained. */
export function ModelsPage() {
  const t = useTranslations('models');
  const training = useTranslations('training');
  const mayTrain = useMay('EXPERIMENTER');
  const query = useModels();
  const runs = useTrainingRuns();
  const evaluations = useEvaluations();
  const start = useStartTraining();
  const [asking, ask] = useDisclosure(false);
  const [baselines, setBaselines] = useState(false);
  const button =
    mayTrain && runs.data !== undefined && runs.open === undefined ? (
      <Button leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={ask.open}>
        {training('start')}
      </Button>
    ) : undefined;
  return (
    <div className={styles.page}>
      <PageHeader title={t('title')} text={t('text')} action={button} />
      {runs.open === undefined ? null : (
        <TrainingProgress run={runs.open} reconnecting={runs.live === 'reconnecting'} mayCancel={mayTrain} />
      )}
      {evaluations.open === undefined ? null : (
        <EvaluationProgress
          run={evaluations.open}
          reconnecting={evaluations.live === 'reconnecting'}
          mayCancel={mayTrain}
        />
      )}
      <QueryView
        query={query}
        skeleton={
          <div className={styles.page}>
            <Skeleton height={170} radius="lg" />
            <Skeleton height={260} radius="lg" />
          </div>
        }
      >
        {({ models, overview }) =>
          models.length === 0 ? (
            <Panel>
              <Empty
                icon={<IconBrain size={24} />}
                title={t('none')}
                text={runs.open === undefined ? t('noneText') : t('noneYet')}
                action={button}
              />
            </Panel>
          ) : (
            <>
              <ServingPanel models={models} overview={overview} />
              <ModelTable models={models} />
            </>
          )
        }
      </QueryView>
      <div className={styles.columns}>
        <div className={styles.stack}>
          <ActivationHistory models={query.data?.models ?? []} />
          <EvaluationRuns query={evaluations} mayStart={mayTrain} />
        </div>
        <div className={styles.stack}>
          <TrainingSchedule mayChange={mayTrain} />
          <TrainingRuns query={runs} models={query.data?.models ?? []} />
        </div>
      </div>
      <ReasonDialog
        opened={asking}
        title={training('startTitle')}
        text={training('startText')}
        action={training('start')}
        required={false}
        placeholder={training('notePlaceholder')}
        pending={start.isPending}
        failure={start.error === null ? null : asFailure(start.error)}
        onConfirm={(note) => start.mutate({ note, baselines }, { onSuccess: ask.close })}
        onClose={ask.close}
      >
        <Checkbox
          label={training('baselines')}
          description={training('baselinesNote')}
          checked={baselines}
          onChange={({ currentTarget }) => setBaselines(currentTarget.checked)}
        />
      </ReasonDialog>
    </div>
  );
}
