'use client';
import { Anchor, Skeleton } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useFormatter, useLocale, useTranslations } from 'next-intl';
import { DataTable } from '@/design/chart/data-table';
import { Panel } from '@/design/panel';
import { QueryView } from '@/design/query-view';
import { Tag } from '@/design/tag';
import { graphql } from '@/generated';
import { request } from '@/graphql/request';
import { textOr } from '@/i18n/text-or';
import { ruleHref } from '@/rules/rule-findings';
import styles from './preview-views.module.css';
import { subjectOf, type Visitor } from './visitor';

const leftOutQuery = graphql(`
  query LeftOut($placement: String!, $subject: SubjectInput!) {
    explain(placement: $placement, subject: $subject) {
      rules
      filtered { itemId title why rule message }
      outranked { itemId title rank score message }
      timings { stage label ms }
    }
  }
`);
const shownFiltered = 50;

/** Candidates that sources found and that got no slot, and by what; and where the time went. */
export function LeftOut({ visitor }: { readonly visitor: Visitor }) {
  const t = useTranslations('preview');
  const format = useFormatter();
  const locale = useLocale();
  const query = useQuery({
    queryKey: ['left-out', visitor, locale],
    queryFn: async ({ signal }) =>
      (await request(leftOutQuery, { placement: visitor.placement, subject: subjectOf(visitor) }, signal))
        .explain,
    placeholderData: keepPreviousData,
  });
  const decimals = (value: number) =>
    format.number(value, { minimumFractionDigits: 3, maximumFractionDigits: 3 });
  return (
    <Panel title={t('filteredTitle')} note={t('filteredNote')}>
      <QueryView query={query} skeleton={<Skeleton height={420} />}>
        {({ rules, filtered, outranked, timings }) => (
          <>
            <p className={styles.facts}>
              {t('actingRules')}:{' '}
              {rules.length === 0
                ? t('noRules')
                : rules.map((key) => (
                    <Anchor key={key} component={Link} href={ruleHref(key)} inherit underline="always">
                      {key}
                    </Anchor>
                  ))}
            </p>
            <h3 className={styles.heading}>{t('filteredHead', { count: filtered.length })}</h3>
            <ul className={styles.candidates}>
              {filtered.slice(0, shownFiltered).map((item) => (
                <li key={item.itemId} className={styles.candidate}>
                  <span className={styles.title}>{item.title}</span>
                  <Tag tone="bad">{textOr(t, `why.${item.why}`, item.why)}</Tag>
                  <span className={styles.why}>{item.message}</span>
                </li>
              ))}
            </ul>
            <h3 className={styles.heading}>{t('outrankedHead', { count: outranked.length })}</h3>
            <ul className={styles.candidates}>
              {outranked.map((item) => (
                <li key={item.itemId} className={styles.candidate}>
                  <span className={styles.title}>{item.title}</span>
                  <span className="number">{decimals(item.score)}</span>
                  <span className={styles.why}>{item.message}</span>
                </li>
              ))}
            </ul>
            <h3 className={styles.heading}>{t('timings')}</h3>
            <DataTable
              label={t('timings')}
              columns={[t('stage'), t('time')]}
              rows={timings.map(({ label, ms }) => [label, t('ms', { ms })])}
            />
          </>
        )}
      </QueryView>
    </Panel>
  );
}
