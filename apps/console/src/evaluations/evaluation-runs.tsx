'use client';
import { Anchor, Button, Skeleton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconScale } from '@tabler/icons-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import list from '@/design/data-list.module.css';
import { Empty } from '@/design/empty';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { RunList } from '@/models/run-list';
import type { useEvaluations } from './use-evaluations';

const StartEvaluationDialog = dynamic(() =>
  import('./start-evaluation-dialog').then((module) => module.StartEvaluationDialog),
);

/** The newest evaluations by themselves, and the way to ask for one. Those of trainings stand with their models. */
export function EvaluationRuns(props: {
  readonly query: ReturnType<typeof useEvaluations>;
  readonly mayStart: boolean;
}) {
  const { query } = props;
  const t = useTranslations('evaluations');
  const format = useFormatter();
  const [asking, ask] = useDisclosure(false);
  const button =
    props.mayStart && query.data !== undefined && query.open === undefined ? (
      <Button size="xs" variant="default" onClick={ask.open}>
        {t('start')}
      </Button>
    ) : null;
  return (
    <Panel title={t('title')} note={t('note')} action={query.data?.length === 0 ? null : button} flush>
      <QueryView query={query} skeleton={<Skeleton height={150} />}>
        {(runs) =>
          runs.length === 0 ? (
            <Empty icon={<IconScale size={24} />} title={t('none')} text={t('noneText')} action={button} />
          ) : (
            <RunList
              runs={runs}
              none={t('none')}
              head={({ id, splits }) => (
                <Anchor component={Link} href={`/models/evaluations/${id}`} className={list.name} size="sm">
                  {format.list(splits.map((split) => t(`split.${split}`)))}
                </Anchor>
              )}
              about={({ seeds, people }) => t('asked', { seeds, people: people ?? 0 })}
            />
          )
        }
      </QueryView>
      {asking ? <StartEvaluationDialog opened onClose={ask.close} /> : null}
    </Panel>
  );
}
