'use client';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconGavel, IconPencil, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { ConfirmDialog } from '@/design/confirm-dialog';
import { ReasonDialog } from '@/design/reason-dialog';
import { asFailure } from '@/graphql/failure';
import { useMay } from '@/session/use-may';
import { DecideDialog } from './decide-dialog';
import { type Experiment, useStartExperiment, useStopExperiment } from './use-experiments';

/** What may be done with it now: start a draft, stop what runs, decide, or go on from it with a next version. */
export function ExperimentActions({ experiment }: { readonly experiment: Experiment }) {
  const t = useTranslations('experiments');
  const may = useMay('EXPERIMENTER');
  const start = useStartExperiment();
  const stop = useStopExperiment();
  const [starting, startDialog] = useDisclosure(false);
  const [stopping, stopDialog] = useDisclosure(false);
  const [deciding, decideDialog] = useDisclosure(false);
  const { key, name, status } = experiment;
  if (!may) return null;
  return (
    <>
      {status === 'RUNNING' ? (
        <Button
          variant="default"
          leftSection={<IconPlayerStop size={16} aria-hidden />}
          onClick={stopDialog.open}
        >
          {t('stop')}
        </Button>
      ) : (
        <Button
          component={Link}
          href={`/experiments/new?from=${encodeURIComponent(key)}`}
          variant="default"
          leftSection={<IconPencil size={16} aria-hidden />}
        >
          {t(status === 'DRAFT' ? 'change' : 'next')}
        </Button>
      )}
      {status === 'DRAFT' ? (
        <Button leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={startDialog.open}>
          {t('start')}
        </Button>
      ) : null}
      {status === 'RUNNING' || status === 'STOPPED' ? (
        <Button leftSection={<IconGavel size={16} aria-hidden />} onClick={decideDialog.open}>
          {t('decide')}
        </Button>
      ) : null}
      <ConfirmDialog
        opened={starting}
        title={t('startTitle', { name })}
        text={t('startText')}
        action={t('start')}
        pending={start.isPending}
        failure={start.error === null ? null : asFailure(start.error)}
        onConfirm={() => start.mutate(key, { onSuccess: startDialog.close })}
        onClose={startDialog.close}
      />
      <ReasonDialog
        opened={stopping}
        title={t('stopTitle', { name })}
        text={t('stopText')}
        action={t('stop')}
        danger
        pending={stop.isPending}
        failure={stop.error === null ? null : asFailure(stop.error)}
        onConfirm={(reason) => stop.mutate({ key, reason }, { onSuccess: stopDialog.close })}
        onClose={stopDialog.close}
      />
      <DecideDialog experiment={experiment} opened={deciding} onClose={decideDialog.close} />
    </>
  );
}
