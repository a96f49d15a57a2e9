'use client';
import { Anchor, Skeleton } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import list from '@/design/data-list.module.css';
import { JobStatusTag } from '@/design/job-status-tag';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { useDuration } from '@/design/use-duration';
import { actorText } from './actor-text';
import type { ListedModel } from './use-models';
import type { TrainingRun } from './use-training';

/** The newest trainings: what asked for them, how long they took, and what became of them. */
export function TrainingRuns(props: {
  readonly query: UseQueryResult<TrainingRun[]>;
  readonly models: readonly Pick<ListedModel, 'id' | 'number'>[];
}) {
  const t = useTranslations('training');
  const model = useTranslations('models');
  const format = useFormatter();
  const duration = useDuration();
  const numbers = new Map(props.models.map(({ id, number }) => [id, number]));
  const tookOf = ({ startedAt, finishedAt }: TrainingRun) =>
    startedAt == null || finishedAt == null
      ? null
      : duration((Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000);
  return (
    <Panel title={t('runs')} note={t('runsNote')} flush>
      <QueryView query={props.query} skeleton={<Skeleton height={150} />}>
        {(runs) =>
          runs.length === 0 ? (
            <p className={list.empty}>{t('none')}</p>
          ) : (
            <ul className={list.list}>
              {runs.map((run) => {
                const took = tookOf(run);
                return (
                  <li key={run.id} className={list.row}>
                    <div className={list.head}>
                      <span className={list.name}>{t(`trigger.${run.trigger}`)}</span>
                      <JobStatusTag status={run.status} />
                      {run.modelId == null ? null : (
                        <Anchor component={Link} href={`/models/${run.modelId}`} size="sm">
                          {numbers.has(run.modelId)
                            ? model('number', { number: numbers.get(run.modelId) ?? 0 })
                            : model('olderVersion')}
                        </Anchor>
                      )}
                    </div>
                    <time className={list.note} dateTime={run.createdAt}>
                      {format.dateTime(new Date(run.createdAt), { dateStyle: 'medium', timeStyle: 'short' })}
                    </time>
                    <div className={list.note}>
                      {actorText(model, run.requestedBy)}
                      {took === null ? null : ` · ${t('took', { time: took })}`}
                      {run.faults > 0 ? ` · ${t('faults', { count: run.faults })}` : null}
                      {run.error == null ? null : ` · ${run.error}`}
                    </div>
                  </li>
                );
              })}
            </ul>
          )
        }
      </QueryView>
    </Panel>
  );
}
