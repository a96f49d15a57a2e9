'use client';
import { Anchor, Skeleton } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { BarList } from '@/design/bar-list';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { SimulatedTag } from '@/design/simulated-tag';
import { Tag } from '@/design/tag';
import { graphql } from '@/generated';
import { request } from '@/graphql/request';
import { textOr } from '@/i18n/text-or';
import styles from './fallback-tab.module.css';
import { servedListsOptions } from './use-served-lists';

const chainsQuery = graphql(`
  query FallbackChains {
    placements { key name kind size strategyKey fallback }
    strategies { key name version }
  }
`);

/** Each placement with the strategies it falls back to, and which rung has answered its lists lately. */
export function FallbackTab() {
  const t = useTranslations('fallback');
  const levels = useTranslations('served');
  const format = useFormatter();
  const chains = useQuery({
    queryKey: ['fallback-chains'],
    queryFn: ({ signal }) => request(chainsQuery, undefined, signal),
  });
  const served = useQuery(servedListsOptions);
  return (
    <QueryView query={chains} skeleton={<Skeleton height={420} />}>
      {({ placements, strategies }) => {
        const nameOf = (key: string) => strategies.find((one) => one.key === key)?.name ?? key;
        return (
          <div className={styles.grid}>
            {placements.map((placement) => (
              <Panel
                key={placement.key}
                title={placement.name}
                note={t('about', { kind: t(`kinds.${placement.kind}`), size: placement.size })}
              >
                <ol className={styles.chain} aria-label={t('chain')}>
                  {[placement.strategyKey, ...placement.fallback].map((key, index) => (
                    <li key={key} className={styles.link}>
                      {index === 0 ? null : <IconArrowRight size={14} aria-hidden />}
                      <Tag tone={index === 0 ? 'accent' : 'plain'}>{nameOf(key)}</Tag>
                    </li>
                  ))}
                </ol>
                {placement.fallback.length === 0 ? <p className={styles.note}>{t('noFallback')}</p> : null}
                <h3 className={styles.heading}>{t('answered')}</h3>
                <QueryView query={served} skeleton={<Skeleton height={110} />}>
                  {({ groups }) => {
                    const own = groups.filter((group) => group.placement === placement.key);
                    const total = own.reduce((sum, { lists }) => sum + lists, 0);
                    if (total === 0) return <p className={styles.note}>{t('noLists')}</p>;
                    const simulated = own.reduce((sum, group) => sum + group.simulated, 0);
                    const byLevel = [...new Set(own.map(({ level }) => level))]
                      .map((level) => ({
                        level,
                        lists: own.reduce((sum, group) => sum + (group.level === level ? group.lists : 0), 0),
                      }))
                      .sort((a, b) => b.lists - a.lists);
                    return (
                      <>
                        <BarList
                          bars={byLevel.map(({ level, lists }) => ({
                            id: level,
                            label: textOr(levels, level, level),
                            share: lists / total,
                            value: format.number(lists / total, {
                              style: 'percent',
                              maximumFractionDigits: 1,
                            }),
                            note: t('lists', { count: lists }),
                          }))}
                        />
                        {simulated === 0 ? null : (
                          <p className={styles.note}>
                            <SimulatedTag>{t('simulated', { count: simulated })}</SimulatedTag>
                          </p>
                        )}
                      </>
                    );
                  }}
                </QueryView>
              </Panel>
            ))}
            <p className={styles.more}>
              {t('more')}{' '}
              <Anchor component={Link} href="/cold-start/rule?kind=fallback" inherit underline="always">
                {t('newRule')}
              </Anchor>
            </p>
          </div>
        );
      }}
    </QueryView>
  );
}
