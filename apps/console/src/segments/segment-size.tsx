'use client';
import { Skeleton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useFormatter, useTranslations } from 'next-intl';
import { Meter } from '@/design/meter';
import { Panel } from '@/design/panel';
import { ProblemNotice } from '@/design/problem-notice';
import { Waiting } from '@/design/waiting';
import { asFailure } from '@/graphql/failure';
import styles from './segments.module.css';
import { useSegmentSize } from './use-segments';

/** How many people the conditions are about, while they are written. */
export function SegmentSize({ when }: { readonly when: Record<string, unknown> | null }) {
  const t = useTranslations('segments');
  const format = useFormatter();
  const [settled] = useDebouncedValue(when, 300);
  const query = useSegmentSize(settled);
  const failure = query.error === null ? null : asFailure(query.error);
  const { data } = query;
  return (
    <Panel title={t('sizeNow')} note={t('sizeNote')}>
      {settled === null ? (
        <p className={styles.note}>{t('writeCondition')}</p>
      ) : failure?.code === 'BAD_INPUT' ? (
        <p className={styles.note} role="status">
          {t('unfinished')}
        </p>
      ) : failure !== null ? (
        <ProblemNotice failure={failure} onRetry={() => void query.refetch()} retrying={query.isFetching} />
      ) : data === undefined ? (
        <Waiting>
          <Skeleton height={72} />
        </Waiting>
      ) : (
        <div className={query.isPlaceholderData ? styles.stale : undefined}>
          <p className={styles.figure} role="status">
            <strong>{format.number(data.size)}</strong>
            <span>{t('ofPeople', { profiles: data.profiles })}</span>
          </p>
          <Meter
            value={data.share}
            of={1}
            label={t('sizeNow')}
            text={format.number(data.share, { style: 'percent', maximumFractionDigits: 1 })}
          />
          <p className={styles.note}>
            {format.number(data.share, { style: 'percent', maximumFractionDigits: 1 })}
            {data.sampled < data.profiles ? ` · ${t('estimated', { sampled: data.sampled })}` : ''}
          </p>
        </div>
      )}
    </Panel>
  );
}
