'use client';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { useQueryStates } from 'nuqs';
import { PageHeader } from '@/design/page-header';
import { graphql } from '@/generated';
import { request } from '@/graphql/request';
import styles from './preview-page.module.css';
import { PreviewResult } from './preview-result';
import { PreviewViews } from './preview-views';
import { subjectOf, visitorParsers } from './visitor';
import { VisitorForm } from './visitor-form';

const previewQuery = graphql(`
  query Preview($placement: String!, $subject: SubjectInput!, $first: Int!) {
    preview(placement: $placement, subject: $subject, first: $first) {
      coldness
      served { level reason }
      degraded { part reason }
      strategy { key version name }
      edges {
        rank score reason coldness isExploration propensity
        ledger { term value detail itemIds }
        node { id title categories imageUrl }
      }
    }
  }
`);

/** What would this visitor see, and why? Asked anew with every change; nothing is logged as shown. */
export function PreviewPage() {
  const t = useTranslations('preview');
  const locale = useLocale();
  const [visitor, setVisitor] = useQueryStates(visitorParsers);
  const [settled] = useDebouncedValue(visitor, 350);
  const query = useQuery({
    queryKey: ['preview', settled, locale],
    queryFn: async ({ signal }) =>
      (
        await request(
          previewQuery,
          { placement: settled.placement, subject: subjectOf(settled), first: settled.first },
          signal,
        )
      ).preview,
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      <div className={styles.columns}>
        <VisitorForm visitor={visitor} onChange={(change) => void setVisitor(change)} />
        <PreviewViews visitor={settled}>
          <PreviewResult query={query} visitor={settled} />
        </PreviewViews>
      </div>
    </>
  );
}
