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
  query SideBySide($one: String!, $other: String!, $subject: SubjectInput!, $first: Int!) {
    one: explain(placement: $one, subject: $subject, first: $first) {
      strategy { name version }
      list { itemId title reason }
    }
    other: explain(placement: $other, subject: $subject, first: $first) {
      strategy { name version }
      list { itemId title reason }
    }
  }
`);

/** What the same visitor gets at two placements, each by its own strategy. */
export function SideBySide({ visitor }: { readonly visitor: Visitor }) {
  const t = useTranslations('preview');
  const locale = useLocale();
  const [chosen, setOther] = useQueryState('with', parseAsString.withDefault(''));
  const pickable = usePickable();
  const placements = (pickable.data?.placements ?? []).filter(({ kind }) =>
    ['PERSONAL', 'TRENDING', 'NEW_ARRIVALS'].includes(kind),
  );
  const others = placements.filter(({ key }) => key !== visitor.placement);
  const other = others.find(({ key }) => key === chosen)?.key ?? others[0]?.key ?? '';
  const nameOf = (key: string) => placements.find((one) => one.key === key)?.name ?? key;
  const query = useQuery({
    queryKey: ['side-by-side', visitor, other, locale],
    queryFn: ({ signal }) =>
      request(
        sideBySideQuery,
        { one: visitor.placement, other, subject: subjectOf(visitor), first: visitor.first },
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
          data={others.map(({ key, name }) => ({ value: key, label: name }))}
          value={other === '' ? null : other}
          allowDeselect={false}
          onChange={(key) => void setOther(key)}
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
              afterTitle={`${nameOf(other)}: ${t('strategyVersion', lists.other.strategy)}`}
              reasons={new Map(lists.other.list.map(({ itemId, reason }) => [itemId, reason]))}
            />
          )}
        </QueryView>
      )}
    </Panel>
  );
}
