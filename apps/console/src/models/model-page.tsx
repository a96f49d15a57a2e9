'use client';
import { Anchor, Button, Skeleton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowLeft, IconPlayerPlay } from '@tabler/icons-react';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { PageHeader } from '@/design/page-header';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { asFailure } from '@/graphql/failure';
import { useMay } from '@/session/use-may';
import { ActivateDialog } from './activate-dialog';
import { ModelBaselines } from './model-baselines';
import { ModelCost } from './model-cost';
import { ModelData } from './model-data';
import { ModelGate } from './model-gate';
import { ModelMetrics } from './model-metrics';
import styles from './model-page.module.css';
import { GateTag, ModelStatusTag } from './model-tags';
import { type Model, useActivateModel, useModel } from './use-models';

/** One version: is it better, than what, by how much and for whom; what it learned from, and what it cost. */
export function ModelPage({ id }: { readonly id: string }) {
  const t = useTranslations('models');
  const query = useModel(id);
  return (
    <QueryView
      query={query}
      skeleton={
        <div className={styles.page}>
          <Skeleton height={72} width="60%" />
          <Skeleton height={220} radius="lg" />
          <Skeleton height={360} radius="lg" />
        </div>
      }
    >
      {({ model, models, overview }) =>
        model == null ? (
          <>
            <PageHeader title={t('missing')} above={<Back />} />
            <Panel>{t('missingText')}</Panel>
          </>
        ) : (
          <div className={styles.page}>
            <Header model={model} />
            <ModelGate
              model={model}
              against={models.find((one) => one.id === model.gate.activeModelId)?.number ?? null}
            />
            <ModelMetrics model={model} />
            <ModelBaselines model={model} />
            <div className={styles.columns}>
              <ModelData title={t('data')} data={model.data} simulatedEvents={overview.events.simulated} />
              <ModelCost model={model} />
            </div>
          </div>
        )
      }
    </QueryView>
  );
}

function Header({ model }: { readonly model: Model }) {
  const t = useTranslations('models');
  const format = useFormatter();
  const may = useMay('EXPERIMENTER');
  const activate = useActivateModel();
  const [asking, ask] = useDisclosure(false);
  const date = (value: string) =>
    format.dateTime(new Date(value), { dateStyle: 'medium', timeStyle: 'short' });
  const canServe = model.status !== 'ACTIVE' && model.artefact.droppedAt == null;
  return (
    <>
      <PageHeader
        above={<Back />}
        title={
          <span className={styles.title}>
            {t('numberLong', { number: model.number })}
            <ModelStatusTag status={model.status} />
            <GateTag verdict={model.gate.verdict} />
          </span>
        }
        text={
          model.artefact.droppedAt == null
            ? t('trainedOn', { date: date(model.createdAt) })
            : t('dropped', { date: date(model.artefact.droppedAt) })
        }
        action={
          may && canServe ? (
            <Button leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={ask.open}>
              {t('activate')}
            </Button>
          ) : undefined
        }
      />
      <ActivateDialog
        model={model}
        opened={asking}
        pending={activate.isPending}
        failure={activate.error === null ? null : asFailure(activate.error)}
        onConfirm={(reason) => activate.mutate({ id: model.id, reason }, { onSuccess: ask.close })}
        onClose={ask.close}
      />
    </>
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
