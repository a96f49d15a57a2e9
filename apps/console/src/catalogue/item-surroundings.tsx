'use client';
import { Anchor, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useFormatter, useLocale, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { QueryView } from '@/design/query-view';
import { graphql } from '@/generated';
import { request } from '@/graphql/request';
import styles from './item-surroundings.module.css';

const surroundingsQuery = graphql(`
  query ItemSurroundings($id: ID!) {
    lintItem(id: $id) { code message }
    itemSurroundings(id: $id) {
      neighbours { id title similarity }
      rules { key kind }
      exposure { impressions daily lastAt }
    }
  }
`);

/** What an item meets in the catalogue: what is wrong with it, what is like it, what acts on it, who has seen it. */
export function ItemSurroundings({ id }: { readonly id: string }) {
  const t = useTranslations('item');
  const format = useFormatter();
  const locale = useLocale();
  const query = useQuery({
    queryKey: ['item', id, 'surroundings', locale],
    queryFn: ({ signal }) => request(surroundingsQuery, { id }, signal),
  });
  const moment = (at: string) => format.dateTime(new Date(at), { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <QueryView query={query} skeleton={<Skeleton height={280} />}>
      {({ lintItem, itemSurroundings: { neighbours, rules, exposure } }) => (
        <>
          <Part title={t('check')} empty={t('checkGood')}>
            {lintItem.map(({ code, message }) => (
              <li key={code}>{message}</li>
            ))}
          </Part>
          <Part title={t('neighbours')} empty={t('noNeighbours')}>
            {neighbours.map((one) => (
              <li key={one.id} className={styles.pair}>
                <Anchor component={Link} size="sm" href={`/catalogue?item=${encodeURIComponent(one.id)}`}>
                  {one.title}
                </Anchor>
                <span className="number">
                  {format.number(one.similarity, { minimumFractionDigits: 2, maximumFractionDigits: 2 })}
                </span>
              </li>
            ))}
          </Part>
          <Part title={t('rules')} empty={t('noRules')}>
            {rules.map(({ key }) => (
              <li key={key}>
                <Anchor component={Link} size="sm" href={`/cold-start/rule?key=${encodeURIComponent(key)}`}>
                  {key}
                </Anchor>
              </li>
            ))}
          </Part>
          <Part title={t('exposure')} empty={t('noExposure')}>
            {exposure == null
              ? []
              : [
                  <li key="all">
                    {t('shown', { count: exposure.impressions, at: moment(exposure.lastAt) })}
                  </li>,
                  <li key="days" className={styles.soft}>
                    {t('byAge', { days: exposure.daily.map((count) => format.number(count)).join(' · ') })}
                  </li>,
                ]}
          </Part>
        </>
      )}
    </QueryView>
  );
}

function Part(props: {
  readonly title: string;
  readonly empty: string;
  readonly children: readonly ReactNode[];
}) {
  return (
    <section>
      <h3 className={styles.heading}>{props.title}</h3>
      {props.children.length === 0 ? (
        <p className={styles.soft}>{props.empty}</p>
      ) : (
        <ul className={styles.list}>{props.children}</ul>
      )}
    </section>
  );
}
