'use client';
import { Anchor, Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAlertTriangle, IconArrowBackUp } from '@tabler/icons-react';
import Link from 'next/link';
import { useFormatter, useNow, useTranslations } from 'next-intl';
import { Figure, Figures } from '@/design/figure';
import { Panel } from '@/design/panel';
import { ReasonDialog } from '@/design/reason-dialog';
import { SimulatedTag } from '@/design/simulated-tag';
import { useActorText } from '@/design/use-actor-text';
import type { ModelsQuery } from '@/generated/graphql';
import { asFailure } from '@/graphql/failure';
import { useMay } from '@/session/use-may';
import styles from './serving-panel.module.css';
import { useRollBackModel } from './use-models';

/** Which version makes the lists now, since when and by whose word; and the way back. */
export function ServingPanel({ models, overview }: ModelsQuery) {
  const t = useTranslations('models');
  const format = useFormatter();
  const actorText = useActorText();
  const now = useNow({ updateInterval: 60_000 });
  const may = useMay('EXPERIMENTER');
  const back = useRollBackModel();
  const [asking, ask] = useDisclosure(false);
  const active = models.find(({ status }) => status === 'ACTIVE');
  const { serving, isLoading, problem, foldedItems } = overview.model;
  if (active === undefined) {
    return (
      <Panel title={t('serving')}>
        <p className={styles.nothing}>{t('servingNone')}</p>
      </Panel>
    );
  }
  const reason = active.activationReason;
  return (
    <Panel
      title={t('serving')}
      note={t('servingNote')}
      action={
        may ? (
          <Button
            variant="default"
            leftSection={<IconArrowBackUp size={16} aria-hidden />}
            onClick={ask.open}
          >
            {t('rollBack')}
          </Button>
        ) : null
      }
    >
      {problem == null ? null : (
        <p className={styles.problem} role="alert">
          <IconAlertTriangle size={16} aria-hidden />
          {problem}
        </p>
      )}
      <Figures>
        <Figure
          label={t('version')}
          value={
            <Anchor component={Link} href={`/models/${active.id}`} inherit>
              {t('number', { number: active.number })}
            </Anchor>
          }
          note={isLoading || serving?.id !== active.id ? t('loading') : t('foldedIn', { count: foldedItems })}
        />
        <Figure
          label={t('since')}
          value={
            active.activatedAt == null
              ? '–'
              : format.dateTime(new Date(active.activatedAt), { day: 'numeric', month: 'short' })
          }
          note={
            active.activatedAt == null
              ? undefined
              : `${format.relativeTime(new Date(active.activatedAt), now)} · ${actorText(active.activatedBy ?? '')}`
          }
        />
        <Figure
          label={t('learnedFrom')}
          value={format.number(active.data.interactions)}
          unit={t('pairs')}
          note={
            <>
              {t('ofEvents', { count: active.data.events })}{' '}
              {overview.events.simulated > 0 ? <SimulatedTag>{t('withSimulated')}</SimulatedTag> : null}
            </>
          }
        />
        <Figure
          label={t('knows')}
          value={format.number(active.data.items)}
          unit={t('items')}
          note={t('profiles', { count: active.data.profiles })}
        />
      </Figures>
      {reason == null ? null : (
        <p className={styles.reason}>
          <strong>{t('why')}</strong> {reason}
        </p>
      )}
      <ReasonDialog
        opened={asking}
        title={t('rollBackTitle', { number: active.number })}
        text={t('rollBackText')}
        action={t('rollBack')}
        danger
        pending={back.isPending}
        failure={back.error === null ? null : asFailure(back.error)}
        onConfirm={(why) => back.mutate({ from: active.id, reason: why }, { onSuccess: ask.close })}
        onClose={ask.close}
      />
    </Panel>
  );
}
