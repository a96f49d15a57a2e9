'use client';
import { Anchor, Skeleton } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import list from '@/design/data-list.module.css';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { RunList } from './run-list';
import type { ListedModel } from './use-models';
import type { TrainingRun } from './use-training';

/** The newest trainings: what asked for them, how long they took, and what became of them. */
export function TrainingRuns(props: {
  readonly query: UseQueryResult<TrainingRun[]>;
  readonly models: readonly Pick<ListedModel, 'id' | 'number'>[];
}) {
  const t = useTranslations('training');
  const model = useTranslations('models');
  const numbers = new Map(props.models.map(({ id, number }) => [id, number]));
  return (
    <Panel title={t('runs')} note={t('runsNote')} flush>
      <QueryView query={props.query} skeleton={<Skeleton height={150} />}>
        {(runs) => (
          <RunList
            runs={runs}
            none={t('none')}
            head={({ trigger }) => <span className={list.name}>{t(`trigger.${trigger}`)}</span>}
            link={({ modelId }) =>
              modelId == null ? null : (
                <Anchor component={Link} href={`/models/${modelId}`} size="sm">
                  {numbers.has(modelId)
                    ? model('number', { number: numbers.get(modelId) ?? 0 })
                    : model('olderVersion')}
                </Anchor>
              )
            }
          />
        )}
      </QueryView>
    </Panel>
  );
}
