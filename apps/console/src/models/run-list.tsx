'use client';
import { useFormatter, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import list from '@/design/data-list.module.css';
import { JobStatusTag } from '@/design/job-status-tag';
import { useActorText } from '@/design/use-actor-text';
import { useDuration } from '@/design/use-duration';
import type { JobStatus } from '@/generated/graphql';

interface Run {
  readonly id: string;
  readonly status: JobStatus;
  readonly createdAt: string;
  readonly startedAt?: string | null | undefined;
  readonly finishedAt?: string | null | undefined;
  readonly requestedBy: string;
  readonly faults: number;
  readonly error?: string | null | undefined;
}

/** Long work that was asked for, the newest first: what it was, how it ended, who asked, and how long it took. */
export function RunList<Listed extends Run>(props: {
  readonly runs: readonly Listed[];
  readonly none: string;
  readonly head: (run: Listed) => ReactNode;
  /** What it was about, before who asked for it. */
  readonly about?: (run: Listed) => string;
  readonly link?: (run: Listed) => ReactNode;
}) {
  const t = useTranslations('run');
  const actorText = useActorText();
  const format = useFormatter();
  const duration = useDuration();
  if (props.runs.length === 0) return <p className={list.empty}>{props.none}</p>;
  const notesOf = (run: Listed) => [
    ...(props.about === undefined ? [] : [props.about(run)]),
    actorText(run.requestedBy),
    ...(run.startedAt == null || run.finishedAt == null
      ? []
      : [t('took', { time: duration((Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1_000) })]),
    ...(run.faults > 0 ? [t('faults', { count: run.faults })] : []),
    ...(run.error == null ? [] : [run.error]),
  ];
  return (
    <ul className={list.list}>
      {props.runs.map((run) => (
        <li key={run.id} className={list.row}>
          <div className={list.head}>
            {props.head(run)}
            <JobStatusTag status={run.status} />
            {props.link?.(run)}
          </div>
          <time className={list.note} dateTime={run.createdAt}>
            {format.dateTime(new Date(run.createdAt), { dateStyle: 'medium', timeStyle: 'short' })}
          </time>
          <div className={list.note}>{notesOf(run).join(' · ')}</div>
        </li>
      ))}
    </ul>
  );
}
