'use client';
import { Select, Skeleton } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { parseAsString, useQueryState } from 'nuqs';
import { ListComparison } from '@/design/list-comparison';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { graphql } from '@/generated';
import { request } from '@/graphql/request';
import { usePickable } from '@/rules/use-rules';
import styles from './preview-views.module.css';
import { subjectOf, type Visitor } from './visitor';

const sideBySideQuery = graphql(`
  query SideBySide($one: String!, $other: String!, $by: String, $subject: SubjectInput!, $first: Int!) {
    one: explain(placement: $one, subject: $subject, first: $first) {
      strategy { key name version }
      list { itemId title reason }
    }
    other: explain(placement: $other, strategy: $by, subject: $subject, first: $first) {
      strategy { key name version }
      list { itemId title reason }
    }
  }
`);

/** In the address a strategy is told from a placement, whose keys may be the same, by this. */
const ofStrategy = 'strategy:';

/** What the same visitor gets by another strategy at the same placement, or at another placement by its own. */
export function SideBySide({ visitor }: { readonly visitor: Visitor }) {
  const t = useTranslations('preview');
  const locale = useLocale();
  const [chosen, setOther] = useQueryState('with', parseAsString.withDefault(''));
  const pickable = usePickable();
  const { placements = [], strategies = [] } = pickable.data ?? {};
  const own = placements.find(({ key }) => key === visitor.placement)?.strategyKey;
  const byStrategy = strategies
    .filter(({ key }) => key !== own)
    .map(({ key, name }) => ({ value: `${ofStrategy}${key}`, label: name }));
  const atPlacement = placements
    .filter(({ key, kind }) => key !== visitor.placement && comparable.has(kind))
    .map(({ key, name }) => ({ value: key, label: name }));
  const options = [...byStrategy, ...atPlacement];
  const other = (options.find(({ value }) => value === chosen) ?? options[0])?.value ?? '';
  const by = other.startsWith(ofStrategy) ? other.slice(ofStrategy.length) : null;
  const otherPlacement = by === null ? other : visitor.placement;
  const nameOf = (key: string) => placements.find((one) => one.key === key)?.name ?? key;
  const query = useQuery({
    queryKey: ['side-by-side', visitor, other, locale],
    queryFn: ({ signal }) =>
      request(
        sideBySideQuery,
        {
          one: visitor.placement,
          other: otherPlacement,
          by,
          subject: subjectOf(visitor),
          first: visitor.first,
        },
        signal,
      ),
    enabled: other !== '',
    placeholderData: keepPreviousData,
  });
  return (
    <Panel
      title={t('compareTitle')}
      note={t('compareNote')}
      action={
        <Select
          aria-label={t('compareWith')}
          size="xs"
          w={190}
          data={[
            { group: t('compareStrategies'), items: byStrategy },
            { group: t('comparePlacements'), items: atPlacement },
          ].filter(({ items }) => items.length > 0)}
          value={other === '' ? null : other}
          allowDeselect={false}
          onChange={(value) => void setOther(value)}
        />
      }
    >
      {pickable.isPending ? (
        <Skeleton height={480} aria-busy="true" />
      ) : other === '' ? (
        <p className={styles.none}>{t('compareNone')}</p>
      ) : (
        <QueryView query={query} skeleton={<Skeleton height={480} />}>
          {(lists) => (
            <ListComparison
              before={lists.one.list}
              after={lists.other.list}
              beforeTitle={`${nameOf(visitor.placement)}: ${t('strategyVersion', lists.one.strategy)}`}
              afterTitle={`${nameOf(otherPlacement)}: ${t('strategyVersion', lists.other.strategy)}`}
              reasons={new Map(lists.other.list.map(({ itemId, reason }) => [itemId, reason]))}
            />
          )}
        </QueryView>
      )}
    </Panel>
  );
}

/** Kinds of placement that need nothing of a visitor but who it is. */
const comparable: ReadonlySet<string> = new Set(['PERSONAL', 'TRENDING', 'NEW_ARRIVALS']);
