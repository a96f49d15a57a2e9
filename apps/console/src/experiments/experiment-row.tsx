'use client';
import { Anchor } from '@mantine/core';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { Meter } from '@/design/meter';
import { Tag } from '@/design/tag';
import styles from './experiment-row.module.css';
import { ExperimentStatusTag, StandingTag } from './experiment-tags';
import { standingOf } from './standing';
import type { ExperimentHealth, ListedExperiment } from './use-experiments';

/** One experiment in the list: what it asks, how it stands, and how far its sample and its time are. */
export function ExperimentRow(props: {
  readonly experiment: ListedExperiment;
  readonly health: ExperimentHealth | undefined;
}) {
  const { experiment, health } = props;
  const t = useTranslations('experiments');
  const format = useFormatter();
  const { key, name, version, status, plan, killed, ramp } = experiment;
  const isDraftOfNext = status === 'DRAFT' && health !== undefined;
  const least = health === undefined ? 0 : Math.min(...health.units.map(({ n }) => n));
  const units = t('unitsProgress', { units: least, planned: plan.unitsPerArm });
  const winner = experiment.variants.find((variant) => variant.key === experiment.decision?.variant);
  return (
    <li className={styles.row}>
      <div className={styles.words}>
        <div className={styles.head}>
          <Anchor component={Link} href={`/experiments/${key}`} className={styles.name}>
            {name}
          </Anchor>
          <ExperimentStatusTag status={isDraftOfNext ? health.status : status} />
          {health === undefined ? null : (
            <StandingTag standing={standingOf({ ...health, hidden: health.hidden ?? null, killed, ramp })} />
          )}
          {isDraftOfNext ? <Tag>{t('draftOfNext', { version })}</Tag> : null}
        </div>
        <p className={styles.text}>
          {winner === undefined || experiment.decision == null
            ? (health?.advice[0]?.reasons[0]?.sentence ?? experiment.hypothesis)
            : t('decidedFor', {
                variant: winner.name,
                date: format.dateTime(new Date(experiment.decision.at), { dateStyle: 'medium' }),
              })}
        </p>
        <p className={styles.places}>
          {format.list(experiment.placements)} · {t('arms', { count: experiment.variants.length })}
        </p>
      </div>
      <div className={styles.progress}>
        {health === undefined ? null : (
          <>
            <Meter value={least} of={plan.unitsPerArm} label={t('sample')} text={units} />
            <p className={styles.numbers}>
              <span>{units}</span>
              <span>
                {t('days', {
                  days: format.number(health.daysRun, { maximumFractionDigits: health.daysRun < 10 ? 1 : 0 }),
                  planned: plan.days,
                })}
              </span>
            </p>
          </>
        )}
      </div>
    </li>
  );
}
