'use client';
import { Anchor } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconClock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useEncodingProgress } from '@/catalogue/encoding-progress';
import { graphql } from '@/generated';
import type { OverviewQuery } from '@/generated/graphql';
import { request } from '@/graphql/request';
import { type Concern, concernsOf, isFault } from './health';
import styles from './health-line.module.css';

const deadLetterCountQuery = graphql(`
  query DeadLetterCount {
    deadLetters(first: 50) { id }
  }
`);
const places: Partial<Record<Concern, string>> = {
  deadLetters: '/system?tab=dead-letters',
  encodingFailed: '/catalogue?encoding=FAILED',
  encoding: '/catalogue?encoding=WAITING',
};

/** One line: all is well, or what is not and where to look. */
export function HealthLine({ overview }: { readonly overview: OverviewQuery['overview'] }) {
  const t = useTranslations('health');
  const progress = useEncodingProgress().data;
  const letters = useQuery({
    queryKey: ['dead-letter-count'],
    queryFn: async ({ signal }) =>
      (await request(deadLetterCountQuery, undefined, signal)).deadLetters.length,
    refetchInterval: 15_000,
  });
  const facts = {
    behind: overview.behind ?? null,
    hasEncoder: overview.embedding.model != null,
    deadLetters: letters.data ?? 0,
    failed: progress?.failed ?? 0,
    waiting: progress?.waiting ?? 0,
    encoded: overview.items.encoded,
    serving: overview.items.serving,
  };
  const found = concernsOf(facts);
  const text = (concern: Concern) => {
    switch (concern) {
      case 'behind':
        return t('behind', { reason: facts.behind ?? '' });
      case 'noEncoder':
        return t('noEncoder');
      case 'deadLetters':
        return t('deadLetters', { count: facts.deadLetters });
      case 'encodingFailed':
        return t('encodingFailed', { count: facts.failed });
      case 'encoding':
        return t('encoding', { count: facts.waiting });
      case 'notServing':
        return t('notServing');
    }
  };
  return (
    <ul className={styles.health} aria-live="polite">
      {found.some(isFault) ? null : (
        <li className={styles.good}>
          <IconCircleCheck size={18} aria-hidden />
          {overview.items.total === 0 ? t('ready') : t('good')}
        </li>
      )}
      {found.map((concern) => {
        const place = places[concern];
        const Icon = isFault(concern) ? IconAlertTriangle : IconClock;
        return (
          <li key={concern} className={isFault(concern) ? styles.fault : styles.news}>
            <Icon size={18} aria-hidden />
            {place === undefined ? (
              text(concern)
            ) : (
              <Anchor component={Link} href={place} inherit underline="always" c="inherit">
                {text(concern)}
              </Anchor>
            )}
          </li>
        );
      })}
    </ul>
  );
}
