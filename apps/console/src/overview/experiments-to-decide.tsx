'use client';
import { Anchor, Skeleton } from '@mantine/core';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import list from '@/design/data-list.module.css';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { Tag, type Tone } from '@/design/tag';
import { useExperimentHealth } from '@/experiments/use-experiments';
import { type Attention, byUrgency } from './attention';

const tones: Record<Attention, Tone> = { broken: 'bad', harmed: 'bad', decide: 'warming', readable: 'good' };

/** Experiments that wait for a person, the most urgent first: each with why, and the way to it. */
export function ExperimentsToDecide() {
  const t = useTranslations('insight');
  const query = useExperimentHealth();
  const running = (query.data ?? []).filter(({ status }) => status === 'RUNNING').length;
  return (
    <Panel
      title={t('decide')}
      note={query.data === undefined ? null : t('running', { count: running })}
      flush
      action={
        <Anchor component={Link} href="/experiments" size="sm">
          {t('allExperiments')}
        </Anchor>
      }
    >
      <QueryView query={query} skeleton={<Skeleton height={60} />}>
        {(experiments) => {
          const waiting = byUrgency(experiments);
          if (waiting.length === 0) return <p className={list.empty}>{t('decideNone')}</p>;
          return (
            <ul className={list.list}>
              {waiting.map(({ experiment: { key, name, advice }, attention }) => (
                <li key={key} className={list.row}>
                  <div className={list.head}>
                    <Anchor component={Link} href={`/experiments/${key}`} className={list.name}>
                      {name}
                    </Anchor>
                    <Tag tone={tones[attention]}>{t(`attention.${attention}`)}</Tag>
                  </div>
                  <div className={list.note}>{advice[0]?.reasons[0]?.sentence}</div>
                </li>
              ))}
            </ul>
          );
        }}
      </QueryView>
    </Panel>
  );
}
