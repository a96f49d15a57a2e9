'use client';
import { Anchor } from '@mantine/core';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { editKinds } from '@/catalogue/item-edit-draft';
import list from '@/design/data-list.module.css';
import { JobStatusTag } from '@/design/job-status-tag';
import { Meter } from '@/design/meter';
import { useActorText } from '@/design/use-actor-text';
import { useDuration } from '@/design/use-duration';
import { textOr } from '@/i18n/text-or';
import styles from './jobs.module.css';
import type { Job } from './use-jobs';

/** One job: what it is about, how it stands, who asked for it, and the way to the page that tells all of it. */
export function JobRow({ job }: { readonly job: Job }) {
  const t = useTranslations('jobs');
  const actorText = useActorText();
  const format = useFormatter();
  const duration = useDuration();
  const subject = useSubject()(job);
  const kind = t(`kinds.${job.kind}`);
  const name = subject === null ? kind : t('named', { kind, subject });
  const path = pathOf(job);
  const begun = job.startedAt ?? job.createdAt;
  const took =
    job.finishedAt == null ? null : duration((Date.parse(job.finishedAt) - Date.parse(begun)) / 1_000);
  const percent =
    job.progress == null ? null : format.number(job.progress, { style: 'percent', maximumFractionDigits: 0 });
  const notes = [
    ...(job.requestedBy == null ? [] : [actorText(job.requestedBy)]),
    ...(took === null ? [] : [t('took', { time: took })]),
    ...(job.attempts > 1 ? [t('attempts', { count: job.attempts })] : []),
    ...(job.error == null ? [] : [job.error]),
  ];
  return (
    <li className={list.row}>
      <div className={list.head}>
        {path === null ? (
          <span className={list.name}>{name}</span>
        ) : (
          <Anchor component={Link} href={path} className={list.name} size="sm">
            {name}
          </Anchor>
        )}
        <JobStatusTag status={job.status} />
      </div>
      <time className={list.note} dateTime={job.createdAt}>
        {format.dateTime(new Date(job.createdAt), { dateStyle: 'medium', timeStyle: 'short' })}
      </time>
      {job.finishedAt == null && percent !== null ? (
        <div className={styles.progress}>
          <Meter value={job.progress ?? 0} of={1} label={name} text={percent} live />
          <span className="number">{percent}</span>
        </div>
      ) : null}
      {notes.length === 0 ? null : <div className={list.note}>{notes.join(' · ')}</div>}
    </li>
  );
}

/** What a job is about, in words. */
function useSubject(): (job: Job) => string | null {
  const bulk = useTranslations('bulk');
  const training = useTranslations('training');
  const evaluation = useTranslations('evaluations');
  return ({ kind, subject, finishedAt }) => {
    if (kind === 'ITEM_EDIT') {
      const edit = (['DELETE', ...editKinds] as const).find((one) => one === subject);
      return edit === undefined ? bulk('takenBack') : bulk(`kinds.${edit}`);
    }
    // what it was at when it ended says nothing of it
    if ((kind === 'TRAINING' || kind === 'EVALUATION') && finishedAt != null) return null;
    if (kind === 'TRAINING') {
      const stage = stages.find((one) => one === subject);
      return stage === undefined ? null : training(`stage.${stage}`);
    }
    if (kind === 'EVALUATION') {
      return subject == null ? null : textOr(evaluation, `split.${subject}`, subject);
    }
    return subject ?? null;
  };
}
const stages = ['COLLECT', 'CLEAN', 'NORMALISE', 'SPLIT', 'TRAIN', 'EVALUATE', 'REGISTER'] as const;

function pathOf({ kind, id, subject }: Job): string | null {
  switch (kind) {
    case 'IMPORT':
    case 'IMPORT_CHECK':
      return `/catalogue/import?run=${id}`;
    case 'ITEM_EDIT':
      return `/catalogue?edit=${id}`;
    case 'TRAINING':
      return '/models';
    case 'EVALUATION':
      return `/models/evaluations/${id}`;
    case 'POPULATION_DIFF':
      return subject == null ? null : `/cold-start/rule?key=${encodeURIComponent(subject)}`;
  }
}
