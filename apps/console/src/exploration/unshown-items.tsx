'use client';
import { Anchor, Skeleton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useLocale, useTranslations } from 'next-intl';
import list from '@/design/data-list.module.css';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { ShowMore } from '@/design/show-more';
import { Tag } from '@/design/tag';
import { graphql } from '@/generated';
import { request } from '@/graphql/request';
import { textOr } from '@/i18n/text-or';
import { ruleHref } from '@/rules/rule-findings';
import styles from './exploration-tab.module.css';

const unshownQuery = graphql(`
  query UnshownItems($placement: String!, $after: String) {
    unshownItems(placement: $placement, first: 10, after: $after) {
      nodes { itemId title reason message rule }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

/** New items that nobody saw yet, and what keeps each back. */
export function UnshownItems({ placement }: { readonly placement: string }) {
  const t = useTranslations('exploration');
  const locale = useLocale();
  const query = useInfiniteQuery({
    queryKey: ['unshown-items', placement, locale],
    queryFn: async ({ pageParam, signal }) =>
      (await request(unshownQuery, { placement, after: pageParam }, signal)).unshownItems,
    initialPageParam: null as string | null,
    getNextPageParam: ({ pageInfo }) => (pageInfo.hasNextPage ? pageInfo.endCursor : undefined),
    staleTime: 60_000,
  });
  return (
    <Panel title={t('unshown')} note={t('unshownNote')} flush>
      <QueryView query={query} skeleton={<Skeleton height={220} m="md" />}>
        {({ pages }) => {
          const items = pages.flatMap(({ nodes }) => nodes);
          if (items.length === 0) return <p className={styles.more}>{t('unshownNone')}</p>;
          return (
            <ul className={list.list}>
              {items.map((item) => (
                <li key={item.itemId} className={list.row}>
                  <div className={list.head}>
                    <Anchor
                      component={Link}
                      href={`/catalogue?item=${encodeURIComponent(item.itemId)}`}
                      className={styles.name}
                    >
                      {item.title}
                    </Anchor>
                    <Tag>{textOr(t, `reasons.${item.reason}`, item.reason)}</Tag>
                  </div>
                  <div className={list.action}>
                    {item.rule == null ? null : (
                      <Anchor component={Link} href={ruleHref(item.rule)} size="sm">
                        {item.rule}
                      </Anchor>
                    )}
                  </div>
                  <div className={list.note}>{item.message}</div>
                </li>
              ))}
            </ul>
          );
        }}
      </QueryView>
      <ShowMore query={query} label={t('more')} />
    </Panel>
  );
}
